import { CliError } from '../../project/cli_error.ts';
import type { Directive } from '../report/directive.ts';
import { VALUES } from './server_options.ts';

/** A line of a section. */
export interface Line extends Directive {
  readonly words: readonly string[];
  /** The options of `server` and `default-server`. Each is a directive in the report. */
  readonly options: readonly Option[];
}

/** An option of a server: `inter 2s`. */
export interface Option extends Directive {
  readonly key: string;
  /** Empty: it takes no value. */
  readonly value: string;
}

/** A section, from its keyword to the next one. */
export interface Section {
  /** `backend` */
  readonly keyword: string;
  readonly name: string;
  readonly head: Line;
  readonly lines: readonly Line[];
}

const KEYWORDS =
  /^(global|defaults|frontend|backend|listen|userlist|peers|resolvers|cache|mailers|program|ring|log-forward|log-profile|http-errors|fcgi-app|crt-store|traces|acme)$/;

/** Words before the first option, by the keyword of the line. */
const FIXED: Readonly<Record<string, number>> = { server: 3, 'default-server': 1, 'server-template': 4 };

/**
 * Parses a HAProxy file. Quotes and escapes are those of section 2.2 of its manual.
 * @throws CliError if a quote is not closed, or a line belongs to no section
 */
export function parseHaproxy(file: string, text: string): Section[] {
  const sections: { keyword: string; name: string; head: Line; lines: Line[] }[] = [];
  let continued: { text: string; line: number } | undefined;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const source: { text: string; line: number } = {
      text: (continued?.text ?? '') + raw,
      line: continued?.line ?? index + 1,
    };
    // Outside of quotes and comments, a backslash at the end continues the line.
    continued = /(^|[^\\])(\\\\)*\\$/.test(source.text)
      ? { ...source, text: source.text.slice(0, -1) }
      : undefined;
    if (continued !== undefined) continue;
    const words = wordsOf(source.text);
    if (words === undefined)
      throw new CliError(
        `${file}:${source.line}: the quote is not closed; \`haproxy -c\` finds such mistakes`,
      );
    const [keyword] = words;
    if (keyword === undefined) continue;
    const line = lineOf(file, source.line, words);
    if (KEYWORDS.test(keyword)) sections.push({ keyword, name: words[1] ?? '', head: line, lines: [] });
    else {
      const section = sections.at(-1);
      // Conditions of the preprocessor may stand before the first section.
      if (section === undefined && !keyword.startsWith('.'))
        throw new CliError(
          `${file}:${source.line}: ${keyword} is in no section; \`haproxy -c\` finds such mistakes`,
        );
      if (section === undefined) sections.push({ keyword: '', name: '', head: line, lines: [] });
      else section.lines.push(line);
    }
  }
  return sections;
}

function lineOf(file: string, line: number, words: readonly string[]): Line {
  const count = FIXED[words[0] ?? ''] ?? words.length;
  const fixed = words.slice(0, count);
  return {
    file,
    line,
    words: fixed,
    text: fixed.join(' '),
    options: optionsOf(file, line, words.slice(count), fixed[1] ?? fixed[0] ?? ''),
  };
}

function optionsOf(file: string, line: number, words: readonly string[], server: string): Option[] {
  const options: Option[] = [];
  for (let at = 0; at < words.length; at++) {
    const key = words[at] ?? '';
    const value = VALUES.has(key) ? (words[++at] ?? '') : '';
    options.push({
      file,
      line,
      text: `${key}${value === '' ? '' : ` ${value}`} (server ${server})`,
      key,
      value,
    });
  }
  return options;
}

/** The words of a line. Undefined: a quote is not closed. */
function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '#') break;
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === '\\') word = (word ?? '') + (text[++at] ?? '');
    else if (char === "'" || char === '"') {
      const part = quotedPart(text, at);
      if (part === undefined) return undefined;
      word = (word ?? '') + part.text;
      at = part.end;
    } else word = (word ?? '') + char;
  }
  return word === undefined ? words : [...words, word];
}

/** Single quotes keep everything. Double quotes keep all but escapes. @returns `end`: of its last quote */
function quotedPart(text: string, from: number): { text: string; end: number } | undefined {
  const quote = text[from];
  let value = '';
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === quote) return { text: value, end: at };
    if (char === '\\' && quote === '"' && /["\\$]/.test(text[at + 1] ?? '')) value += text[++at] ?? '';
    else value += char;
  }
  return undefined;
}

/** All directives of a file, in its order. */
export function* everyDirective(sections: readonly Section[]): Generator<Directive> {
  for (const { head, lines } of sections)
    for (const line of [head, ...lines]) {
      yield line;
      yield* line.options;
    }
}
