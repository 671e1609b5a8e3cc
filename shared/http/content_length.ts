/**
 * Reads the length that a message declares (RFC 9110 §8.6).
 *
 * A runtime joins header lines of the same name with commas. A list of equal values counts as one length. Anything else is
 * malformed: different values, a sign, a fraction, a number that JavaScript cannot hold exactly.
 *
 * @returns bytes; undefined: no length is declared
 */
export function contentLength(headers: Headers): number | 'malformed' | undefined {
  return parseContentLength(headers.get('content-length'));
}

/** The same for a header's value; null: there is no such header. */
export function parseContentLength(value: string | null): number | 'malformed' | undefined {
  if (value === null) return undefined;
  // Nearly every value is a single number, which needs no list. 15 digits are always exact.
  if (/^\d{1,15}$/.test(value)) return Number(value);
  const [first = '', ...others] = value.split(',').map((part) => part.trim());
  if (!/^\d+$/.test(first) || others.some((other) => other !== first)) return 'malformed';
  const length = Number(first);
  return Number.isSafeInteger(length) ? length : 'malformed';
}
