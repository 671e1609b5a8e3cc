import type { Piece } from './tree.ts';
import { indentOf } from './trivia.ts';

/** How a file is formatted. */
export interface Style {
  line_break: string;
  /** The white space of one level. */
  indent: string;
  /** Between a comma or colon and what follows on the same line: a space, or nothing in compact JSON. */
  space: string;
  /** Whether the whole value is on one line. */
  is_one_line: boolean;
}

/** Widest line with a list or object whose items are plain values. */
const WIDTH = 80;
/** Widest line beside others of its kind. */
const WIDTH_BESIDE_LINES = 110;

/** The style of a file, by its first field. Default: two spaces a level. */
export function styleOf(text: string, root: Piece): Style {
  const [first] = root.children;
  const before = first === undefined ? '' : text.slice(root.start + 1, first.from);
  const is_compact = first !== undefined && text.slice(first.from, first.start).endsWith(':');
  return {
    line_break: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n',
    indent: indentOf(before) || '  ',
    space: is_compact ? '' : ' ',
    is_one_line: first !== undefined && !/[\r\n]/.test(text.slice(root.start, root.end)),
  };
}

/**
 * A value as text. Lists and objects of plain values are on one line if they fit.
 * @param indent of the line that the text begins on
 * @param beside_lines whether its siblings are on one line each: it is too, if it fits
 */
export function written(value: unknown, indent: string, style: Style, beside_lines = false): string {
  const line = inLine(value, style);
  const parts = partsOf(value);
  if (parts === undefined || parts.length === 0 || style.is_one_line) return line;
  const width = indent.length + line.length;
  const is_flat = parts.every(([, part]) => partsOf(part) === undefined);
  if (width <= (beside_lines ? WIDTH_BESIDE_LINES : is_flat ? WIDTH : 0)) return line;
  const inner = indent + style.indent;
  const lines = parts.map(([key, part]) => inner + label(key, style) + written(part, inner, style));
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return [open, lines.join(`,${style.line_break}`), indent + close].join(style.line_break);
}

/** The text before the value of a field; empty for an item of a list. */
export function label(key: string | undefined, style: Style): string {
  return key === undefined ? '' : `${JSON.stringify(key)}:${style.space}`;
}

function inLine(value: unknown, style: Style): string {
  const parts = partsOf(value);
  if (parts === undefined || parts.length === 0) return JSON.stringify(value);
  const inner = parts.map(([key, part]) => label(key, style) + inLine(part, style)).join(`,${style.space}`);
  return Array.isArray(value) ? `[${inner}]` : `{${style.space}${inner}${style.space}}`;
}

/** Fields or items, without fields that JSON cannot hold. Undefined: a plain value. */
function partsOf(value: unknown): (readonly [string | undefined, unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((item) => [undefined, item ?? null] as const);
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).filter(([, part]) => part !== undefined);
}
