import { ADMIN_TOKEN } from '../../../tools/harness/console.ts';
import type { Ids } from './account.ts';
import { ask } from './caller.ts';

/** An operation of the OpenAPI document, with a path and a body that would be served. */
export interface Operation {
  method: string;
  /** `/api/tokens/{token_id}`. */
  template: string;
  path: string;
  /** Absent: it takes none. */
  body?: unknown;
  /** What a token must allow; `open`: nothing. */
  scope: 'read' | 'operate' | 'admin' | 'open';
}

interface Described {
  description: string;
  requestBody?: unknown;
  parameters: { name: string; in: string; required: boolean }[];
}

/** Values for required fields of a query. */
const QUERY: Readonly<Record<string, string>> = { from: '1' };

/** Bodies that change something, by the end of the path. Others are `{}`. */
const BODIES: readonly (readonly [RegExp, unknown])[] = [
  [/\/pools$/, { name: 'new', origins: [{ name: 'o', address: 'o.example.com' }] }],
  [/\/monitors$/, { type: 'https' }],
  [/\/monitors\/\w+$/, { type: 'https', description: 'changed' }],
  [/\/pools\/\w+$/, { name: 'eu', origins: [{ name: 'o', address: 'o.example.com' }] }],
  [/\/load_balancers(\/\w+)?$/, { description: 'changed' }],
  [/\/api\/config$/, { source: '{}' }],
  [/\/pin$/, { pinned: true }],
  [/\/rollback$/, { version: 1 }],
  [/\/outside$/, { action: 'overwrite' }],
  [/\/states$/, { changes: [{ target: 'eu', state: 'drain' }] }],
  [/\/probe$/, { origin: 'eu/one' }],
  [/\/explain$/, { url: 'https://app.example.com/' }],
  [/\/sql$/, { query: 'SELECT 1' }],
  [/\/strategies\/\w+$/, { source: 'export default {}' }],
  [/\/tokens$/, { name: 'new', scope: 'admin', expires_at: null }],
];

/** Reads the document that the console serves. @param ids for the paths */
export async function readOperations(base: string, ids: Ids): Promise<Operation[]> {
  const document = await ask<{ paths: Record<string, Record<string, Described>> }>(
    base,
    'GET',
    '/api/openapi.json',
    { token: ADMIN_TOKEN },
  );
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, described]) =>
      operationOf(method.toUpperCase(), template, described, ids),
    ),
  );
}

function operationOf(
  method: string,
  template: string,
  { description, requestBody, parameters }: Described,
  ids: Ids,
): Operation {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '0'.repeat(32));
  const query = parameters.filter((one) => one.in === 'query' && one.required);
  const text = query.map(({ name }) => `${name}=${QUERY[name] ?? ''}`).join('&');
  const scope = /scope `(read|operate|admin)`/.exec(description)?.[1] ?? 'open';
  return {
    method,
    template,
    path: text === '' ? path : `${path}?${text}`,
    scope: scope as Operation['scope'],
    ...(requestBody === undefined ? {} : { body: BODIES.find(([end]) => end.test(path))?.[1] ?? {} }),
  };
}
