import { CliError } from '../../project/cli_error.ts';

/** A word, or one of `{`, `}` and `;`. */
export interface Token {
  readonly kind: 'word' | '{' | '}' | ';';
  /** A word without its quotes and escapes. */
  readonly text: string;
  readonly line: number;
  /** The offset after it. */
  readonly end: number;
}

/**
 * Cuts an nginx file into tokens, as ngx_conf_read_token does. The package nginx-conf has no lines, and version 2.1.0 takes
 * `a b; #c` for a directive `#c`, which swallows the next one.
 * @throws CliError if a quote is not closed
 */
export function* tokens(file: string, text: string): Generator<Token, void, number | undefined> {
  let line = 1;
  let counted = 0;
  let at = 0;
  const lineAt = (offset: number): number => {
    for (; counted < offset; counted++) if (text[counted] === '\n') line++;
    return line;
  };
  while (at < text.length) {
    const start = at;
    const char = text[at] ?? '';
    if (/[\s\uFEFF]/.test(char)) at++;
    else if (char === '#') at = endOfLine(text, at);
    else if ((char === '{' && !text.startsWith('{{', at)) || char === '}' || char === ';') {
      at++;
      // A caller that has read a verbatim block goes on after it.
      at = (yield { kind: char, text: char, line: lineAt(start), end: at }) ?? at;
    } else {
      const word = char === '"' || char === "'" ? quotedWord(text, at) : bareWord(text, at);
      if (word === undefined)
        throw new CliError(`${file}:${lineAt(start)}: the quote is not closed; close it and import again`);
      at = word.end;
      yield { kind: 'word', text: word.text, line: lineAt(start), end: at };
    }
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

interface Word {
  text: string;
  end: number;
}

function quotedWord(text: string, from: number): Word | undefined {
  const quote = text[from] ?? '';
  let value = '';
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === quote) return { text: value, end: at + 1 };
    if (char === '\\') {
      at++;
      value += unescaped(text[at] ?? '');
    } else value += char;
  }
  return undefined;
}

/** A word that ends at white space, `;` or a block. `${name}` and the `{{ name }}` of templates are parts of it. */
function bareWord(text: string, from: number): Word {
  let value = '';
  let at = from;
  while (at < text.length) {
    const char = text[at] ?? '';
    const variable = /^(\$\{[^}\s]*\}|\{\{[^\n]*?\}\})/.exec(text.slice(at, at + 300))?.[0];
    if (variable !== undefined) {
      value += variable;
      at += variable.length;
    } else if (/[\s;{]/.test(char) && at > from) break;
    else if (char === '\\') {
      value += unescaped(text[at + 1] ?? '');
      at += 2;
    } else {
      value += char;
      at++;
    }
  }
  return { text: value, end: Math.min(at, text.length) };
}

/** nginx removes the backslash only before these; that of a regular expression stays. */
function unescaped(char: string): string {
  if (char === 't') return '\t';
  if (char === 'r') return '\r';
  if (char === 'n') return '\n';
  return /["'\\ ]/.test(char) ? char : `\\${char}`;
}
