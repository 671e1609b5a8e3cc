import type { GenericSchema } from 'valibot';
import type { Principal, Scope } from '../access/principal.ts';
import type { Env } from '../env.ts';
import type { HistoryRpc } from '../rpc.ts';

// A route of the console's API. The router, the OpenAPI document and the tests read the same table of routes.

/** A request whose sender was let in, and whose query and body fit the route. */
export interface Call {
  request: Request;
  /** By name, as in the path: `pool_id`. */
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** The parsed JSON body; undefined: the route takes none. */
  body: unknown;
  principal: Principal;
  /** Address of the client, for the audit. */
  from: string;
  env: Env;
  history: HistoryRpc;
  /** Milliseconds since the epoch. */
  now: number;
}

/** A parameter of the query. */
export interface QueryField {
  schema: GenericSchema;
  summary: string;
}

/** An answer with status 200. */
export interface Reply {
  result: unknown;
  headers?: Record<string, string>;
  /** For `messages` of Cloudflare's envelope. */
  messages?: readonly { code: number; message: string; type?: null }[];
  /** For `result_info` of Cloudflare's envelope. */
  result_info?: { page: number; per_page: number; count: number; total_count: number; total_pages: number };
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Route {
  method: Method;
  /** With parameters in itty-router's form: `/api/tokens/:token_id`. */
  path: string;
  /** What the sender's token must allow. `open`: nothing, the handler checks for itself. */
  scope: Scope | 'open';
  /** What of it needs the scope admin instead: "a `policy`". The handler checks that. */
  admin_for?: string;
  /** A line for the documentation. */
  summary: string;
  /** Its group in the documentation: `pools`, `history`. */
  tag: string;
  query?: Readonly<Record<string, QueryField>>;
  /** The body, for documentation, and checked before `handle` unless `checked_by` says otherwise. */
  body?: GenericSchema;
  /** `large`: the body may hold a whole configuration, or a script. */
  body_size?: 'large';
  /** `handler`: the handler checks the body, because it needs the configuration for that. */
  checked_by?: 'handler';
  /** The result, for documentation. */
  result: GenericSchema;
  /** `If-Match`: `required` answers 428 without it. */
  if_match?: 'optional' | 'required';
  handle(call: Call): Promise<Reply | Response>;
}
