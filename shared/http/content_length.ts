/**
 * Reads the length that a message declares (RFC 9110 §8.6).
 *
 * A runtime joins header lines of the same name with commas. A length that stands there twice, or as a list, is one
 * length as long as all values are equal. Anything else is malformed: values that differ, a sign, a fraction, a number
 * that JavaScript cannot hold exactly.
 *
 * @returns bytes; undefined: no length is declared
 */
export function contentLength(headers: Headers): number | 'malformed' | undefined {
  const value = headers.get('content-length');
  if (value === null) return undefined;
  const [first = '', ...others] = value.split(',').map((part) => part.trim());
  if (!/^\d+$/.test(first) || others.some((other) => other !== first)) return 'malformed';
  const length = Number(first);
  return Number.isSafeInteger(length) ? length : 'malformed';
}
