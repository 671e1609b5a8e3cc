import type { Literal } from './expression.ts';
import type { Token } from './tokens.ts';

/** A string, a number, or text that can only be an address, which check.ts checks. Undefined: none of them. */
export function literalOf({ kind, text }: Token): Literal | undefined {
  if (kind === 'string') return text;
  if (kind !== 'word') return undefined;
  const integer = integerOf(text);
  if (integer !== undefined) return integer;
  return /^\d/.test(text) || text.includes(':') ? { ip: text } : undefined;
}

/** A range of numbers: `8000..8009`. */
export function rangeOf({ kind, text }: Token): { from: number; to: number } | undefined {
  const [from, to] = kind === 'word' && text.includes('..') ? text.split('..').map(integerOf) : [];
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** Decimal, `0x1f` or, as in C, octal `017`. */
function integerOf(text: string): number | undefined {
  if (!/^(-?[1-9]\d*|0|0x[0-9A-Fa-f]+|0[0-7]+)$/.test(text)) return undefined;
  const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
