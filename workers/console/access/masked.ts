import { includes, type Scope } from './principal.ts';

/** It stands where a secret was. */
export const MASK = '•••';

/** Whether a scope sees secrets. Only `admin` does, which can replace them anyway. */
export function seesSecrets(scope: Scope): boolean {
  return includes(scope, 'admin');
}

/** Headers of probes that are no secrets. All others may be: `Authorization`, `X-Api-Key`, a cookie. */
const SHOWN = ['host', 'user-agent'];

/** Whether the values of a header of a probe are masked. */
export function isSecretHeader(name: string): boolean {
  return !SHOWN.includes(name.toLowerCase());
}

/**
 * Masks secrets in a value of the API: every string and number in the `header` of a monitor, except those of Host and User-Agent. It
 * looks for `header` at any depth, so it takes objects, lists of them, and whole configurations. The `header` of an origin has a Host
 * alone and stays as it is.
 */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === 'header' ? maskedHeaders(item) : masked(item)]),
  );
}

function maskedHeaders(headers: unknown): unknown {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return hidden(headers);
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, isSecretHeader(name) ? hidden(values) : values]),
  );
}

/** The same shape with every string and number masked. */
function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value === 'string' || typeof value === 'number') return MASK;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hidden(item)]));
}

/** Masks secrets in the fields of a difference of two versions, each with its JSON pointer into the object. */
export function maskedFields<T extends { pointer: string; before?: unknown; after?: unknown }>(
  fields: readonly T[],
): T[] {
  return fields.map((field) => ({ ...field, ...sides(field) }));
}

function sides(field: { pointer: string; before?: unknown; after?: unknown }): {
  before?: unknown;
  after?: unknown;
} {
  const hide = hiderOf(field.pointer.split('/').slice(1).map(unescaped));
  return {
    ...('before' in field ? { before: hide(field.before) } : {}),
    ...('after' in field ? { after: hide(field.after) } : {}),
  };
}

function hiderOf(path: readonly string[]): (value: unknown) => unknown {
  const at = path.indexOf('header');
  if (at < 0) return masked;
  const name = path[at + 1];
  if (name === undefined) return maskedHeaders;
  return isSecretHeader(name) ? hidden : (value) => value;
}

/** A key of a JSON pointer (RFC 6901 section 4). */
function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
