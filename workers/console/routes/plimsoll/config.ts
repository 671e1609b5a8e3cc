import * as v from 'valibot';
import { maskedFields, seesSecrets } from '../../access/masked.ts';
import { maskedSource } from '../../access/masked_source.ts';
import { noVersion } from '../../no_version.ts';
import { unwrap } from '../../refusal.ts';
import { FORCE } from '../force.ts';
import type { Call, Reply, Route } from '../route.ts';
import { signedBy, whatOf } from '../signed.ts';
import {
  DifferencesSchema,
  HeadSchema,
  OutsideBody,
  PinBody,
  PublicationSchema,
  RollbackBody,
  SourceBody,
  VersionSchema,
  WrittenSchema,
  wholeText,
} from './schemas.ts';

const MAX_VERSIONS = 10_000;
const STANDARD_VERSIONS = 100;
const ANY_VERSION = Number.MAX_SAFE_INTEGER;

const shared = { tag: 'configuration', scope: 'read' } as const;

/** The configuration as a file, its versions, and what KV has of it. */
export const CONFIG_ROUTES: readonly Route[] = [
  {
    ...shared,
    method: 'GET',
    path: '/api/config',
    summary: 'Shows the newest version: the file as written, and whether KV has it.',
    result: HeadSchema,
    async handle({ history, principal }) {
      const head = await history.head();
      const source = seesSecrets(principal.scope) ? head.source : maskedSource(head.source);
      return { result: { ...head, source }, headers: { etag: `"${head.etag}"` } };
    },
  },
  {
    ...shared,
    method: 'PUT',
    path: '/api/config',
    scope: 'admin',
    summary: 'Makes a file the newest version. `If-Match` has the ETag of the version that it was made from.',
    query: FORCE,
    body: SourceBody,
    body_size: 'large',
    result: WrittenSchema,
    if_match: 'required',
    async handle(call) {
      const { source } = call.body as v.InferOutput<typeof SourceBody>;
      const if_match = call.request.headers.get('if-match') ?? '';
      return written(call, { do: 'source', source, if_match });
    },
  },
  {
    ...shared,
    method: 'GET',
    path: '/api/config/versions',
    summary: 'Lists versions, newest first.',
    query: {
      limit: {
        schema: v.optional(wholeText(MAX_VERSIONS)),
        summary: `How many, at most ${MAX_VERSIONS}. Default ${STANDARD_VERSIONS}.`,
      },
      before: { schema: v.optional(wholeText(ANY_VERSION)), summary: 'Only versions below this one.' },
    },
    result: v.object({ versions: v.array(VersionSchema) }),
    async handle({ history, query }) {
      const before = query['before'] === undefined ? undefined : Number(query['before']);
      return {
        result: { versions: await history.versions(Number(query['limit'] ?? STANDARD_VERSIONS), before) },
      };
    },
  },
  {
    ...shared,
    method: 'GET',
    path: '/api/config/versions/:version',
    summary: 'Shows a version and its file.',
    result: v.object({ ...VersionSchema.entries, source: v.string() }),
    async handle({ history, params, principal }) {
      const version = versionIn(params);
      const found = await history.version(version);
      if (found === undefined) throw noVersion(params['version']);
      const source = seesSecrets(principal.scope) ? found.source : maskedSource(found.source);
      return { result: { ...found.info, source } };
    },
  },
  {
    ...shared,
    method: 'PUT',
    path: '/api/config/versions/:version/pin',
    scope: 'admin',
    summary: 'Keeps a version for ever, or no longer.',
    body: PinBody,
    result: VersionSchema,
    async handle(call) {
      const { pinned } = call.body as v.InferOutput<typeof PinBody>;
      return {
        result: unwrap(await call.history.pin(versionIn(call.params), pinned, signedBy(call), whatOf(call))),
      };
    },
  },
  {
    ...shared,
    method: 'GET',
    path: '/api/config/diff',
    summary: 'Shows what differs between two versions, by object and field.',
    query: {
      from: { schema: wholeText(ANY_VERSION), summary: 'The older version.' },
      to: { schema: v.optional(wholeText(ANY_VERSION)), summary: 'The other one. Default: the newest.' },
    },
    result: DifferencesSchema,
    async handle({ history, query, principal }) {
      const from = Number(query['from']);
      const to =
        query['to'] === undefined ? ((await history.versions(1))[0]?.version ?? 0) : Number(query['to']);
      const found = unwrap(await history.diff(from, to));
      const differences = seesSecrets(principal.scope)
        ? found
        : found.map((one) => ({ ...one, fields: maskedFields(one.fields) }));
      return { result: { from, to, differences } };
    },
  },
  {
    ...shared,
    method: 'POST',
    path: '/api/config/rollback',
    scope: 'admin',
    summary: 'Makes an older version the newest again.',
    query: FORCE,
    body: RollbackBody,
    result: WrittenSchema,
    if_match: 'optional',
    async handle(call) {
      const { version } = call.body as v.InferOutput<typeof RollbackBody>;
      const if_match = call.request.headers.get('if-match');
      return written(
        call,
        { do: 'rollback', version, ...(if_match === null ? {} : { if_match }) },
        'rollback',
      );
    },
  },
  {
    ...shared,
    method: 'GET',
    path: '/api/config/publication',
    summary:
      'Shows what KV has: whether the newest version is through, and whether somebody else wrote to it.',
    result: PublicationSchema,
    handle: async ({ history }) => ({ result: await history.publication() }),
  },
  {
    ...shared,
    method: 'POST',
    path: '/api/config/outside',
    scope: 'admin',
    summary:
      'Adopts what somebody else wrote to KV as the newest version, or overwrites it with the newest version. With `hash` of `outside`, only if KV still holds that document.',
    body: OutsideBody,
    result: WrittenSchema,
    async handle(call) {
      const { action, hash } = call.body as v.InferOutput<typeof OutsideBody>;
      return { result: unwrap(await call.history.settle(action, hash, signedBy(call), whatOf(call))) };
    },
  },
];

type Command = Parameters<Call['history']['write']>[0];

async function written(call: Call, command: Command, way?: 'rollback'): Promise<Reply> {
  const result = unwrap(await call.history.write(command, signedBy(call, way), whatOf(call)));
  return { result, headers: { etag: `"${result.version.version}"` } };
}

function versionIn(params: Call['params']): number {
  const text = params['version'] ?? '';
  if (!/^[1-9]\d{0,14}$/.test(text)) throw noVersion(params['version']);
  return Number(text);
}
