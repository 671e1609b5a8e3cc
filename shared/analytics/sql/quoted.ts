/** A string in SQL: `it's` -> `'it\'s'`. A value that was quoted stays a value. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
