import { bodyOf, type LocalServer, listen } from './http_server.ts';

/** How long a place answers from what it has read, if a read does not say (`cacheTtl`), in seconds. */
const DEFAULT_CACHE_S = 60;

/**
 * A KV namespace as one data centre sees it in production: it repeats what it has read, a missing key included, for `cacheTtl`. It
 * shows its own writes at once, and those of other places when its copy has expired.
 * https://developers.cloudflare.com/kv/concepts/how-kv-works/
 */
export class KvView {
  readonly #values: Map<string, string>;
  readonly #now: () => number;
  readonly #copies = new Map<string, { value: string | undefined; expires_at: number }>();

  /**
   * @param values the namespace, which all views share
   * @param now milliseconds since the epoch
   */
  constructor(values: Map<string, string>, now: () => number) {
    this.#values = values;
    this.#now = now;
  }

  /** @returns undefined: the key is missing */
  read(key: string, cache_s: number = DEFAULT_CACHE_S): string | undefined {
    const now = this.#now();
    const copy = this.#copies.get(key);
    if (copy !== undefined && copy.expires_at > now) return copy.value;
    const value = this.#values.get(key);
    this.#copies.set(key, { value, expires_at: now + cache_s * 1_000 });
    return value;
  }

  /** @param value undefined: the key is deleted */
  write(key: string, value: string | undefined): void {
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
    this.#copies.delete(key);
  }
}

/** A view behind workerd's `kvNamespace` binding of one Worker, with the operations that are billed. */
export interface ServedKvView extends LocalServer {
  /** Reads since the start. A repeated or missing value counts too. */
  reads: number;
  /** Writes and deletions since the start. */
  writes: number;
}

/** Serves workerd's `GET`, `PUT` and `DELETE /<key>?urlencoded=true`, and the `cache_ttl` of a `GET`. */
export async function serveKvView(view: KvView): Promise<ServedKvView> {
  const local = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://kv');
    const key = decodeURIComponent(url.pathname.slice(1));
    const body = (await bodyOf(request)).toString();
    if (request.method !== 'GET') {
      served.writes++;
      view.write(key, request.method === 'PUT' ? body : undefined);
      return void response.writeHead(200).end();
    }
    served.reads++;
    const cache_s = url.searchParams.get('cache_ttl');
    const value = view.read(key, cache_s === null ? undefined : Number(cache_s));
    response.writeHead(value === undefined ? 404 : 200).end(value);
  });
  const served: ServedKvView = { ...local, reads: 0, writes: 0 };
  return served;
}
