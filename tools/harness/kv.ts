import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf as configBody } from '../../shared/documents/body.ts';
import { headOf } from '../../shared/documents/published.ts';
import { bodyKey, CONFIG_KEY, type ConfigDocument, type ConfigHead } from '../../shared/model/config.ts';
import { bodyOf, type LocalServer, listen, type Mode, misbehave } from './http_server.ts';

/** A KV namespace in the test process, behind workerd's `kvNamespace` binding. */
export interface KvStandIn extends LocalServer {
  values: Map<string, string>;
  /** Reads since the start. */
  reads: number;
  /** Writes since the start, those of {@link KvStandIn.set} and `publish` not included. */
  writes: number;
  /** Each write since the start, as in `writes`. `at` is milliseconds since the epoch. Those that failed count too. */
  puts: { key: string; at: number }[];
  /** `empty`: it has no keys and discards writes. `read_only`: writes fail. */
  mode: Mode | 'empty' | 'read_only';
  /** How long a read takes, in milliseconds. */
  delay_ms: number;
  /** Stores a value as JSON. */
  set(key: string, value: unknown): void;
  /** Publishes a configuration: its body, then its head. @returns the head */
  publish(document: ConfigDocument): ConfigHead;
  /** What {@link publish} was called with last. */
  published: ConfigDocument | undefined;
  /** Returns a stored JSON value; undefined: there is none. */
  get<T>(key: string): T | undefined;
}

/** Serves workerd's `GET`, `PUT` and `DELETE /<key>?urlencoded=true`. 404 means that the key does not exist. */
export async function startKv(): Promise<KvStandIn> {
  const values = new Map<string, string>();
  const local = await listen(async (request, response) => {
    const key = decodeURIComponent(new URL(request.url ?? '/', 'http://kv').pathname.slice(1));
    if (request.method === 'GET') kv.reads++;
    else if (request.method === 'PUT') {
      kv.writes++;
      kv.puts.push({ key, at: Date.now() });
    }
    const body = (await bodyOf(request)).toString();
    if (kv.delay_ms > 0) await sleep(kv.delay_ms);
    if (kv.mode === 'empty') return void response.writeHead(request.method === 'GET' ? 404 : 200).end();
    const mode = kv.mode === 'read_only' ? (request.method === 'GET' ? 'ok' : 'fail') : kv.mode;
    if (misbehave(mode, response)) return;
    if (request.method === 'PUT') values.set(key, body);
    else if (request.method === 'DELETE') values.delete(key);
    const value = values.get(key);
    if (request.method === 'GET' && value === undefined) response.writeHead(404).end();
    else response.writeHead(200).end(request.method === 'GET' ? value : '');
  });
  const kv: KvStandIn = {
    ...local,
    values,
    reads: 0,
    writes: 0,
    puts: [],
    mode: 'ok',
    delay_ms: 0,
    set: (key, value) => void values.set(key, JSON.stringify(value)),
    published: undefined,
    publish: (document) => {
      const { version, published_at, config } = document;
      kv.published = document;
      const body = configBody(config);
      const hash = createHash('sha256').update(body).digest('hex');
      values.set(bodyKey(hash), body);
      const head = headOf({ version, hash, published_at }, body);
      kv.set(CONFIG_KEY, head);
      return head;
    },
    get: <T>(key: string) => {
      const value = values.get(key);
      return value === undefined ? undefined : (JSON.parse(value) as T);
    },
  };
  return kv;
}
