import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Env } from '../../../workers/console/env.ts';
import console_ from '../../../workers/console/worker.ts';

/** The secret ADMIN_TOKEN of the consoles in tests. */
export const ADMIN = `plimsoll_${'a'.repeat(43)}`;

/** The bindings of the test runtime. */
export const BINDINGS = env as unknown as Pick<Env, 'HISTORY' | 'WRONG_TOKENS'> & { KV: KVNamespace };

/** A local console with KV and the history. */
export const LOCAL: Env = { ...BINDINGS, LOCAL: 'true', ADMIN_TOKEN: ADMIN };

export interface VisitOptions {
  method?: string;
  /** Is sent as JSON; a text is sent as it is. */
  body?: unknown;
  /** Undefined: {@link ADMIN}. Null: no token. */
  token?: string | null;
  headers?: Record<string, string>;
  bindings?: Env;
}

/** Sends a request to the console. @param path from the slash on */
export function visit(
  path: string,
  { method = 'GET', body, token = ADMIN, headers = {}, bindings = LOCAL }: VisitOptions = {},
): Promise<Response> {
  const request = new Request<unknown, IncomingRequestCfProperties>(`http://localhost:8788${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return console_.fetch(request, bindings, createExecutionContext());
}

/** Sends a request and reads the JSON of the answer. */
export async function asked<T = Record<string, unknown>>(
  path: string,
  options: VisitOptions = {},
): Promise<{ status: number; headers: Headers; json: T }> {
  const response = await visit(path, options);
  return { status: response.status, headers: response.headers, json: await response.json<T>() };
}
