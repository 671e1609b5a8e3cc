import { header, joined, matches, quoted, valid } from '../parts/condition.ts';
import type { Line } from './parse.ts';

// HAProxy's conditions in the rules language. https://docs.haproxy.org/3.2/configuration.html#7

/** The `acl` lines of a section by name. Those of one name are alternatives. */
export type Acls = ReadonlyMap<string, readonly Line[]>;

export function aclsOf(lines: readonly Line[]): Acls {
  const acls = new Map<string, Line[]>();
  for (const line of lines) {
    const [keyword, name = ''] = line.words;
    if (keyword === 'acl') acls.set(name, [...(acls.get(name) ?? []), line]);
  }
  return acls;
}

/** A condition, and the `acl` lines that it needs. */
export interface Condition {
  /** Undefined: rules cannot express it. Empty: it is always true. */
  text: string | undefined;
  used: Line[];
}

/** The condition after `if` or `unless`. @param words of the whole line */
export function conditionOf(words: readonly string[], acls: Acls): Condition {
  const at = words.findIndex((word) => word === 'if' || word === 'unless');
  if (at === -1) return { text: '', used: [] };
  const used: Line[] = [];
  const alternatives = splitAt(words.slice(at + 1), (word) => word === 'or' || word === '||').map((terms) =>
    joined(termsOf(terms, acls, used), 'and'),
  );
  const whole = joined(alternatives, 'or');
  const text = whole !== undefined && words[at] === 'unless' ? `not (${whole})` : whole;
  return { text: valid(text), used };
}

function splitAt(words: readonly string[], separates: (word: string) => boolean): string[][] {
  const parts: string[][] = [[]];
  for (const word of words)
    if (separates(word)) parts.push([]);
    else parts.at(-1)?.push(word);
  return parts;
}

/** The terms of a conjunction: `!name`, `{ path_beg /a }`. */
function termsOf(words: readonly string[], acls: Acls, used: Line[]): (string | undefined)[] {
  const terms: (string | undefined)[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const negated = word.startsWith('!');
    let name = negated ? word.slice(1) : word;
    if (negated && name === '') name = words[++at] ?? '';
    let term: string | undefined;
    if (name === '{') {
      const end = words.indexOf('}', at);
      term = end === -1 ? undefined : testOf(words.slice(at + 1, end));
      at = end === -1 ? words.length : end;
    } else {
      const lines = acls.get(name);
      used.push(...(lines ?? []));
      term =
        lines === undefined
          ? PREDEFINED[name]
          : joined(
              lines.map((line) => testOf(line.words.slice(2))),
              'or',
            );
    }
    terms.push(negated && term !== undefined ? `not (${term})` : term);
  }
  return terms;
}

const PREDEFINED: Readonly<Record<string, string>> = {
  TRUE: 'true',
  FALSE: 'false',
  HTTP: 'true',
  LOCALHOST: 'ip.src in {127.0.0.0/8 ::1}',
  METH_DELETE: 'http.request.method eq "DELETE"',
  METH_GET: 'http.request.method in {"GET" "HEAD"}',
  METH_HEAD: 'http.request.method eq "HEAD"',
  METH_OPTIONS: 'http.request.method eq "OPTIONS"',
  METH_POST: 'http.request.method eq "POST"',
  METH_PUT: 'http.request.method eq "PUT"',
};

type Match = 'str' | 'beg' | 'end' | 'sub' | 'reg' | 'found' | 'ip' | 'dir' | 'dom' | 'bool';

/** A test: `hdr_beg(host) -i img`. Undefined: rules cannot express it. */
function testOf(words: readonly string[]): string | undefined {
  const [, name = '', argument = '', converters = ''] =
    /^([\w.]+)(?:\(([^)]*)\))?(.*)$/.exec(words[0] ?? '') ?? [];
  const fetched = sampleOf(name, argument);
  if (fetched === undefined || !/^(,lower)?$/.test(converters)) return undefined;
  let { match } = fetched;
  let caseless = converters !== '';
  const values: string[] = [];
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '-i') caseless = true;
    else if (word === '-m') match = words[++at] as Match;
    else if (word === '--') {
      values.push(...words.slice(at + 1));
      break;
    }
    // Values in a file, and names of maps.
    else if (/^-[a-zA-Z]$/.test(word)) return undefined;
    else values.push(word);
  }
  if (match === 'bool') return values.length === 0 ? fetched.value : undefined;
  if (match === 'found') return `${fetched.value} ne ""`;
  if (match === 'ip') return values.length === 0 ? undefined : `${fetched.value} in {${values.join(' ')}}`;
  const value = caseless && match !== 'reg' ? `lower(${fetched.value})` : fetched.value;
  const tests = values.map((each) =>
    stringTest(value, caseless && match !== 'reg' ? each.toLowerCase() : each, match, caseless),
  );
  return joined(tests, 'or');
}

function stringTest(value: string, text: string, match: Match, caseless: boolean): string | undefined {
  switch (match) {
    case 'str':
      return `${value} eq ${quoted(text)}`;
    case 'beg':
      return `starts_with(${value}, ${quoted(text)})`;
    case 'end':
      return `ends_with(${value}, ${quoted(text)})`;
    case 'sub':
      return `${value} contains ${quoted(text)}`;
    case 'reg':
      return matches(value, text, caseless);
    case 'dir':
      return matches(value, `(^|/)${escaped(text.replace(/^\/+|\/+$/g, ''))}(/|\\?|$)`);
    case 'dom':
      return matches(value, `(^|[./?])${escaped(text)}([./?:]|$)`);
    default:
      return undefined;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A sample and how it is compared without `-m`. Undefined: rules do not have it. */
function sampleOf(name: string, argument: string): { value: string; match: Match } | undefined {
  const [, base = '', suffix] = /^(.*?)(?:_(beg|end|sub|reg|dir|dom|ip|str))?$/.exec(name) ?? [];
  const match = (suffix ?? 'str') as Match;
  switch (base) {
    case 'hdr':
    case 'req.hdr':
    case 'req.fhdr': {
      const field = argument.split(',')[0]?.toLowerCase() ?? '';
      if (field === 'host') return { value: 'http.host', match };
      return /^[a-z0-9-]+$/.test(field) ? { value: header(field), match } : undefined;
    }
    case 'path':
    case 'pathq':
    case 'url':
      return { value: base === 'path' ? 'http.request.uri.path' : 'http.request.uri', match };
    case 'query':
      return { value: 'http.request.uri.query', match };
    case 'url_param':
    case 'urlp':
      return { value: `http.request.uri.args[${quoted(argument)}][0]`, match };
    case 'method':
      return { value: 'http.request.method', match };
    case 'src':
      return { value: 'ip.src', match: 'ip' };
    case 'ssl_fc':
      return { value: 'true', match: 'bool' };
    case 'always_true':
      return { value: 'true', match: 'bool' };
    case 'always_false':
      return { value: 'false', match: 'bool' };
    default:
      return undefined;
  }
}
