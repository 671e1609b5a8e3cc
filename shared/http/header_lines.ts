/**
 * Headers from lines of the form `name: value`, with names in lower case. Lines of the same name become one value, as a server sees
 * them: joined by commas, cookies by semicolons (RFC 9110 section 5.3, RFC 9113 section 8.2.3).
 * @throws RangeError for a line without a name
 */
export function headersIn(lines: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon < 0 || name === '') throw new RangeError(`must be "name: value"; got "${line}"`);
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`);
  }
  return Object.fromEntries(headers);
}
