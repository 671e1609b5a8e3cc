/** Matches a fact whose header name is malformed (RFC 9110 §5.6.2). The runtime throws when it reads such a header. */
const BAD_HEADER = /^header:(?![!#$%&'*+.^_`|~0-9A-Za-z-]+$)/;

/** Whether a fact of that name can be read from a request. */
export function isFact(name: unknown): boolean {
  return typeof name === 'string' && !BAD_HEADER.test(name);
}

/** @throws TypeError unless `sound`. It says what `field` of the selector's answer must be */
export function must(sound: boolean, field: string, be: string): asserts sound {
  if (!sound) throw new TypeError(`the selector's answer: \`${field}\` must be ${be}`);
}

/** @throws TypeError unless `list` is a list and each of its entries is sound */
export function mustList<T>(list: readonly T[], field: string, isSound: (entry: T) => boolean): void {
  must(Array.isArray(list), field, 'a list');
  for (const entry of list) must(isSound(entry), field, 'well-formed');
}
