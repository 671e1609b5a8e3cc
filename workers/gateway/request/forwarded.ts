/** One element of `Forwarded`: what one proxy says about the request it received (RFC 7239, 4). Values are unquoted. */
export interface ForwardedElement {
  for?: string;
  proto?: string;
  host?: string;
}

/** One parameter: a name, and a token or a quoted string. The rest of an element is ignored from anything else on. */
const PAIR = /^[ \t;]*([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*))[ \t]*(?:;|$)/;

/**
 * Reads a `Forwarded` header. It returns the element of the nearest proxy first.
 *
 * The nearest proxy wrote the right end. The header is therefore split from the right, so that nothing a client wrote further
 * left can change that part, not even an open quote.
 */
export function parseForwarded(header: string): ForwardedElement[] {
  return splitFromRight(header)
    .filter((element) => element.trim() !== '')
    .map(parseElement);
}

function parseElement(text: string): ForwardedElement {
  const element: ForwardedElement = {};
  let rest = text.trim();
  for (let match = PAIR.exec(rest); match !== null; match = PAIR.exec(rest)) {
    const [whole, name = '', quoted, token = ''] = match;
    const key = name.toLowerCase();
    if (key === 'for' || key === 'proto' || key === 'host')
      element[key] ??= quoted === undefined ? token : quoted.replace(/\\(.)/g, '$1');
    rest = rest.slice(whole.length);
  }
  return element;
}

/** Splits at commas outside of quotes, and returns the last part first. */
function splitFromRight(header: string): string[] {
  const parts: string[] = [];
  let end = header.length;
  let quoted = false;
  for (let i = header.length - 1; i >= 0; i--) {
    const c = header[i];
    if (c === '"') quoted = quoted && isEscaped(header, i) ? quoted : !quoted;
    else if (c === ',' && !quoted) {
      parts.push(header.slice(i + 1, end));
      end = i;
    }
  }
  parts.push(header.slice(0, end));
  return parts;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
