/**
 * One line of comma-separated values (RFC 4180), without its line break.
 *
 * A spreadsheet takes a text that begins with one of `= + - @` for a formula. Clients choose paths, methods and headers, so such a text
 * gets an apostrophe before it. Numbers stay as they are. See https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvLine(cells: readonly string[]): string {
  return cells.map(cell).join(',');
}

function cell(text: string): string {
  const safe = /^[=+@\t\r\n-]/.test(text) && !isNumber(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isNumber(text: string): boolean {
  return /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
}
