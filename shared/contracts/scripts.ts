// Strategy scripts in KV. `lb strategy publish` writes them and the selector reads them.

/** Prefix of a script's name in a configuration: `"policy": "script:mine"`. */
export const SCRIPT_PREFIX = 'script:';
export type ScriptPolicy = `${typeof SCRIPT_PREFIX}${string}`;

/** Names of scripts. They are parts of KV keys, data points and file names. */
export const SCRIPT_NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** KV key of the {@link ScriptDocument} that a name stands for. */
export const scriptKey = (name: string) => `strategy:${name}`;

/** KV key of a script's bundle, one ES module. Its value never changes. */
export const sourceKey = (hash: string) => `strategy/${hash}`;

/** The answer to `GET /api/strategies`: what `steering_policy` and `origin_steering` can be set to. */
export interface StrategyList {
  balancer_policies: readonly string[];
  pool_policies: readonly string[];
  scripts: readonly Pick<ScriptDocument, 'name' | 'hash' | 'published_at'>[];
}

/** The script behind a name: one atomic pointer, written after the bundle that it points to. */
export interface ScriptDocument {
  /** Of this document's shape. */
  format: 1;
  name: string;
  /** SHA-256 of the bundle, in hex. */
  hash: string;
  /** ISO 8601. */
  published_at: string;
}

/** The answer to `PUT /api/strategies/NAME`. */
export interface PublishedScript {
  name: string;
  hash: string;
  /** RFC 3339. */
  published_at: string;
  /** False: the name stood for the same script already. */
  changed: boolean;
}

/** The name behind `script:NAME`. @returns undefined: the policy is built in */
export function scriptName(policy: string): string | undefined {
  return policy.startsWith(SCRIPT_PREFIX) ? policy.slice(SCRIPT_PREFIX.length) : undefined;
}

/** Reads the value of a KV key `strategy:NAME`. @throws {Error} unless it is a script document of format 1 */
export function scriptDocument(value: unknown): ScriptDocument {
  const { format, hash } = (value ?? {}) as Partial<ScriptDocument>;
  if (format !== 1 || typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash))
    throw new Error('the KV value is not a script document of format 1; publish the script again');
  return value as ScriptDocument;
}
