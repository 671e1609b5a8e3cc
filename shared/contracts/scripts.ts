// Strategies that come out of KV: `lb strategy publish` writes them, the selector reads them.

/** How a configuration names one: `"policy": "script:mine"`. */
export const SCRIPT_PREFIX = 'script:';
export type ScriptPolicy = `${typeof SCRIPT_PREFIX}${string}`;

/** Names of scripts: they stand in KV keys, in data points and in file names. */
export const SCRIPT_NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** KV key of what a name stands for now: a {@link ScriptDocument}. */
export const scriptKey = (name: string) => `strategy:${name}`;

/** KV key of a script's bundle, one ES module. What stands there never changes. */
export const sourceKey = (hash: string) => `strategy/${hash}`;

/** What a name stands for: one atomic pointer, written after the bundle that it points to. */
export interface ScriptDocument {
  /** Of this document's shape. */
  format: 1;
  name: string;
  /** SHA-256 of the bundle, in hex. */
  hash: string;
  /** ISO 8601. */
  published_at: string;
}

/** The name behind `script:NAME`; undefined: the policy is one of ours. */
export function scriptName(policy: string): string | undefined {
  return policy.startsWith(SCRIPT_PREFIX) ? policy.slice(SCRIPT_PREFIX.length) : undefined;
}

/**
 * Takes a value of a KV key `strategy:NAME`.
 * @throws Error when it is no script document of format 1
 */
export function scriptDocument(value: unknown): ScriptDocument {
  const { format, hash } = (value ?? {}) as Partial<ScriptDocument>;
  if (format !== 1 || typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash))
    throw new Error('this is no script document of format 1');
  return value as ScriptDocument;
}
