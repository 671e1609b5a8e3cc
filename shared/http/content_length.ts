/**
 * Reads the length that a message declares (RFC 9110 §8.6).
 *
 * The runtime joins header lines of the same name with commas, so a list of equal values counts as one length. Malformed:
 * different values, a sign, a fraction, or a number that JavaScript cannot hold exactly.
 *
 * @returns bytes; undefined: the message declares no length
 */
export function contentLength(headers: Headers): number | 'malformed' | undefined {
  return parseContentLength(headers.get('content-length'));
}

/** {@link contentLength} of a header's value. Null: the message has no such header. */
export function parseContentLength(value: string | null): number | 'malformed' | undefined {
  if (value === null) return undefined;
  // Nearly every value is a single number, and up to 15 digits are exact.
  if (/^\d{1,15}$/.test(value)) return Number(value);
  const [first = '', ...others] = value.split(',').map((part) => part.trim());
  if (!/^\d+$/.test(first) || others.some((other) => other !== first)) return 'malformed';
  const length = Number(first);
  return Number.isSafeInteger(length) ? length : 'malformed';
}
