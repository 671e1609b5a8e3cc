import { parseCondition } from '../../../shared/rules/condition.ts';

// Conditions of Cloudflare's Rules language, as text.

/** A string literal. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** The first value of a request header. */
export function header(name: string): string {
  return `http.request.headers[${quoted(name.toLowerCase())}][0]`;
}

/** A test of a value by a regular expression. Names of groups are dropped, because only the match counts. */
export function matches(value: string, pattern: string, caseless = false): string {
  const plain = pattern.replace(/\(\?P?<[A-Za-z_]\w*>/g, '(');
  return `${value} matches ${quoted(caseless ? `(?i)${plain}` : plain)}`;
}

/** Joins conditions. One that is undefined makes the whole undefined. */
export function joined(parts: readonly (string | undefined)[], operator: 'and' | 'or'): string | undefined {
  const [first, ...others] = parts;
  if (first === undefined || others.includes(undefined)) return undefined;
  return others.length === 0 ? first : parts.map((part) => `(${part})`).join(` ${operator} `);
}

/** A condition, if Plimsoll can evaluate it. Undefined: it cannot, for instance because the pattern looks ahead. */
export function valid(condition: string | undefined): string | undefined {
  if (condition === undefined) return undefined;
  return parseCondition(condition).errors.length === 0 ? condition : undefined;
}
