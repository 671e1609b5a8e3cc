// What the console's API answers about the configuration and its history, as JSON. The console writes it, `lb` reads it.

/** The way of a change. */
export const WAYS = [
  'api',
  'cli',
  'console',
  'drain',
  'maintenance',
  'ready',
  'weight',
  'strategy',
  'start',
  'rollback',
  'adopt',
] as const;
export type Way = (typeof WAYS)[number];

/** An object of Cloudflare's API: a load balancer, pool, monitor or monitor group. */
export interface ApiObject {
  /** 32 hex digits. */
  id: string;
  /** The name in the data plane, in SQL and in `lb`. */
  key: string;
  /** As written: references are names here. Without `id`, unless the source has one. */
  value: Readonly<Record<string, unknown>>;
  /** RFC 3339. */
  created_on: string;
  modified_on: string;
  /** Of the object, for `ETag` and `If-Match`. */
  etag: string;
}

/** A version without its source. */
export interface VersionInfo {
  version: number;
  /** RFC 3339. */
  at: string;
  author: string;
  way: Way;
  comment: string;
  /** SHA-256 of the file as written, in hex. `hash` elsewhere is that of the document that Workers read, without comments. */
  source_hash: string;
  /** The version that it changed; null: the first one. */
  parent: number | null;
  /** Kept for ever. */
  pinned: boolean;
  size_bytes: number;
}

/** What KV holds, against what the history holds. */
export interface PublicationInfo {
  /** Whether KV has the newest version. */
  published: boolean;
  /** The version in KV; null: none of ours. */
  version: number | null;
  /** Of the document in KV, which is made from the file. */
  hash: string | null;
  /** RFC 3339. */
  published_at: string | null;
  /** Why the last attempt failed; null: it did not. */
  error: string | null;
  /** What somebody else wrote to KV. While it is there, nothing is published. Null: nobody did. */
  outside: { version: number; hash: string; published_at: string } | null;
}

/** A state, weight or switch that an operator sets. */
export interface OperatorChange {
  /** `pool`, `pool/origin`, or a load balancer if `balancer` is set. */
  target?: string;
  balancer?: string;
  state?: 'ready' | 'drain' | 'maintenance';
  weight?: number;
  enabled?: boolean;
  /** A strategy: `steering_policy` of a balancer, `origin_steering.policy` of a pool. */
  policy?: string;
}

/** The result of a change. */
export interface Written {
  /** The newest version, also if nothing changed. */
  version: VersionInfo;
  /** False: the configuration was like that already, and there is no new version. */
  changed: boolean;
  publication: PublicationInfo;
  /** The object that was created, changed or removed. */
  object?: ApiObject;
  /** All of them, for `merge_all`. */
  objects?: readonly ApiObject[];
  /** Warnings and notes, each with the field first. */
  notes: readonly string[];
  /** Pools, origins and balancers whose state changed. */
  states: readonly { kind: 'pool' | 'origin' | 'balancer'; id: string; before: string; after: string }[];
}

/** The whole configuration as written. */
export interface HeadInfo {
  /** Null: nothing was ever written. */
  version: VersionInfo | null;
  /** Empty text: nothing was ever written. */
  source: string;
  etag: string;
  publication: PublicationInfo;
}

/** The answer to `POST /api/config/check`: what is wrong in a file, and what it would change. */
export interface CheckedSource {
  /** In the order of the file. An error prevents its publication. */
  problems: readonly FileProblem[];
  /** Against the newest version, by object and field. Null: the text is no file that could be compared. */
  differences: readonly Difference[] | null;
}

/** A problem and its place in the file, counted from 1. */
export interface FileProblem {
  severity: 'error' | 'warning' | 'info';
  line: number;
  column: number;
  /** With the field first. */
  message: string;
  /** An error that `?force=true` overrides. */
  forceable: boolean;
}

/** One difference of two versions. */
export interface Difference {
  list: string;
  /** Name of the object. */
  key: string;
  change: 'added' | 'removed' | 'changed';
  /** Of a changed object: each field that differs, as a JSON pointer into the object. */
  fields: readonly { pointer: string; before?: unknown; after?: unknown }[];
}

/** A row of the audit. */
export interface AuditRow {
  id: number;
  /** RFC 3339. */
  at: string;
  author: string;
  from: string;
  /** Method and path: `PATCH /client/v4/accounts/…`. */
  what: string;
  /** The status of the answer. */
  status: number;
  /** Versions before and after; equal, or null: nothing changed. */
  before: number | null;
  after: number | null;
  /** What changed in words, or why it was refused. */
  detail: string;
}

/**
 * KV key of a source text, as `lb publish --direct` stores it beside the configuration. The console adopts it with its comments.
 * @param hash of the normalised configuration, as the head in KV names it
 */
export const configSourceKey = (hash: string) => `config-source/${hash}`;
