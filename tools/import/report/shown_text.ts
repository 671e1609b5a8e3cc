/** The longest directive that is printed whole. */
const MAX_TEXT = 72;
/** Of it, the path of a value and the value. */
const MAX_PATH = 44;
const MAX_VALUE = 28;

const SECRET =
  /passw|secret|token|authoriz|\bauth\b|_auth|api[-_]?key|credential|cookie-key|basicauth|digestauth|private/i;

/** A directive as the report prints it: one line without control characters, and no secret. */
export function shownText(text: string): string {
  const line = withoutSecret(text.replace(/[\s\p{Cc}]+/gu, ' ').trim());
  if (line.length <= MAX_TEXT) return line;
  const [, path = '', value = ''] = /^([^\s:]{24,})(: .*)$/.exec(line) ?? [];
  if (path === '') return `${line.slice(0, MAX_TEXT)}…`;
  // The end of a path says more than its beginning.
  const shown = value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value;
  return `${path.length > MAX_PATH ? `…${path.slice(-MAX_PATH)}` : path}${shown}`;
}

/** A directive up to the word that announces a secret. `stats auth admin:hunter2` -> `stats auth …` */
function withoutSecret(line: string): string {
  const words = line.split(' ');
  const at = words.findIndex((word) => SECRET.test(word));
  if (at === -1) return line;
  const announcing = (words[at] ?? '').replace(/[=:].+$/, '');
  return [
    ...words.slice(0, at),
    announcing,
    ...(words.length > at + 1 || announcing !== words[at] ? ['…'] : []),
  ].join(' ');
}
