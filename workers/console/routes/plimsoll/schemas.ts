import * as v from 'valibot';
import { OBJECT_LISTS } from '../../../../shared/authoring/source/lists.ts';
import { WAYS } from '../../../../shared/contracts/history.ts';

// Shapes of shared/contracts/history.ts, for checks and for documentation.

const time = v.pipe(v.string(), v.isoTimestamp('a time of RFC 3339'));
const way = v.picklist(WAYS);

export const VersionSchema = v.object({
  version: v.number(),
  at: time,
  author: v.string(),
  way,
  comment: v.string(),
  source_hash: v.string(),
  parent: v.nullable(v.number()),
  pinned: v.boolean(),
  size_bytes: v.number(),
});

export const PublicationSchema = v.object({
  published: v.boolean(),
  version: v.nullable(v.number()),
  hash: v.nullable(v.string()),
  published_at: v.nullable(time),
  error: v.nullable(v.string()),
  outside: v.nullable(v.object({ version: v.number(), hash: v.string(), published_at: v.string() })),
});

const ObjectSchema = v.object({
  id: v.string(),
  key: v.string(),
  value: v.record(v.string(), v.unknown()),
  created_on: time,
  modified_on: time,
  etag: v.string(),
});

export const WrittenSchema = v.object({
  version: VersionSchema,
  changed: v.boolean(),
  publication: PublicationSchema,
  object: v.optional(ObjectSchema),
  objects: v.optional(v.array(ObjectSchema)),
  notes: v.array(v.string()),
  states: v.array(
    v.object({
      kind: v.picklist(['pool', 'origin', 'balancer']),
      id: v.string(),
      before: v.string(),
      after: v.string(),
    }),
  ),
});

export const HeadSchema = v.object({
  version: v.nullable(VersionSchema),
  source: v.string(),
  etag: v.string(),
  publication: PublicationSchema,
});

const differences = v.array(
  v.object({
    list: v.picklist([...OBJECT_LISTS, 'file']),
    key: v.string(),
    change: v.picklist(['added', 'removed', 'changed']),
    fields: v.array(
      v.object({ pointer: v.string(), before: v.optional(v.unknown()), after: v.optional(v.unknown()) }),
    ),
  }),
);

export const DifferencesSchema = v.object({ from: v.number(), to: v.number(), differences });

export const CheckedSchema = v.object({
  problems: v.array(
    v.object({
      severity: v.picklist(['error', 'warning', 'info']),
      line: v.number(),
      column: v.number(),
      message: v.string(),
      forceable: v.boolean(),
    }),
  ),
  differences: v.nullable(differences),
});

/** Who says how a change came about. */
export const SIGNED = { way: v.optional(way), comment: v.optional(v.string()) };

export const SourceBody = v.strictObject({ source: v.string(), ...SIGNED });
export const RollbackBody = v.strictObject({ version: versionNumber(), ...SIGNED });
export const PinBody = v.strictObject({ pinned: v.boolean() });
export const OutsideBody = v.strictObject({
  action: v.picklist(['adopt', 'overwrite']),
  /** Of the document that the sender saw in KV. */
  hash: v.optional(v.string()),
  ...SIGNED,
});

const MAX_CHANGES = 1_000;

export const StatesBody = v.strictObject({
  changes: v.pipe(
    v.array(
      v.strictObject({
        target: v.optional(v.string()),
        balancer: v.optional(v.string()),
        state: v.optional(v.picklist(['ready', 'drain', 'maintenance'])),
        weight: v.optional(v.number()),
        enabled: v.optional(v.boolean()),
        policy: v.optional(v.string()),
      }),
    ),
    v.minLength(1, 'at least one change'),
    v.maxLength(MAX_CHANGES, `at most ${MAX_CHANGES} changes`),
  ),
  ...SIGNED,
});

export const StrategyBody = v.strictObject({ source: v.pipe(v.string(), v.minLength(1)) });
export const ProbeBody = v.looseObject({ origin: v.string() });

function versionNumber() {
  return v.pipe(v.number(), v.integer('a whole number'), v.minValue(1, 'a version'));
}

/** A whole number in the query or the path. */
export function wholeText(max: number) {
  const allowed = `a whole number from 1 to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, allowed),
    v.check((text) => Number(text) >= 1 && Number(text) <= max, allowed),
  );
}
