import type { Style } from './style.ts';
import type { Piece } from './tree.ts';
import { detachedComments, endsInComment, indentOf, isBroken, splitGap } from './trivia.ts';

/** A field of an object or an item of a list, with the text that belongs to it. */
export interface Row {
  /** White space and comments above. */
  readonly lead: string;
  readonly text: string;
  /** The comma, and comments of the same line. */
  readonly tail: string;
  /** Offset of the comma in `tail`; -1: none. */
  readonly comma: number;
}

/** The text between the brackets of a list or object. */
export interface Rows<R extends Row> {
  /** Comments in the line of the opening bracket. */
  readonly open: string;
  readonly rows: readonly R[];
  readonly end: string;
  /** Whether the last row keeps a comma. */
  readonly trailing: boolean;
}

/** A row in a new order: one that was at an index before, or a new one, made for the indentation of its place. */
export type Placed<R extends Row> = { kept: R; was: number } | { fresh: (indent: string) => R };

/** Around a new row. */
export const BARE = { lead: '', tail: '', comma: -1 } as const;

/** Cuts the inside of a list or object into rows. */
export function rowsOf<R extends Row>(
  text: string,
  { start, end, children }: Piece,
  make: (row: Row, piece: Piece) => R,
): Rows<R> {
  const first = splitGap(text.slice(start + 1, children[0]?.from ?? end - 1), 'first');
  const rows: R[] = [];
  let lead = first.lead;
  for (const [index, piece] of children.entries()) {
    const next = children[index + 1];
    const gap = splitGap(text.slice(piece.end, next?.from ?? end - 1), next ? 'between' : 'last');
    rows.push(
      make({ lead, text: text.slice(piece.from, piece.end), tail: gap.tail, comma: gap.comma }, piece),
    );
    lead = gap.lead;
  }
  return { open: first.tail, rows, end: lead, trailing: (rows.at(-1)?.comma ?? -1) !== -1 };
}

/** Appends the text of rows to `out`. */
export function printRows<R extends Row>(
  { open, rows, end, trailing }: Rows<R>,
  style: Style,
  out: string[],
  print: (row: R) => void = ({ text }) => void out.push(text),
): void {
  let before = open;
  const next = (lead: string) => {
    if (!isBroken(lead) && endsInComment(before)) out.push(style.line_break);
    out.push(lead);
  };
  out.push(open);
  for (const [index, row] of rows.entries()) {
    next(row.lead);
    print(row);
    before = tailOf(row, trailing || index < rows.length - 1);
    out.push(before);
  }
  next(end);
}

function tailOf({ tail, comma }: Row, wanted: boolean): string {
  if (wanted) return comma === -1 ? `,${tail}` : tail;
  return comma === -1 ? tail : tail.slice(0, comma) + tail.slice(comma + 1);
}

/** Without one row and its comments. Comments above it that a blank line separates from it stay. */
export function withoutRow<R extends Row>(before: Rows<R>, index: number, style: Style): Rows<R> {
  const removed = before.rows[index];
  if (removed === undefined) return before;
  const rows = before.rows.toSpliced(index, 1);
  const comments = detachedComments(removed.lead);
  const below = rows[index];
  if (below === undefined) {
    const gap = comments === '' || isBroken(before.end) ? '' : style.line_break;
    const end = comments + gap + before.end;
    return { ...before, rows, end: rows.length === 0 && end.trim() === '' ? '' : end };
  }
  const lead = isBroken(below.lead) ? below.lead : blank(removed.lead) + below.lead.trimStart();
  const gap = comments === '' || /^\s*?[\r\n]+[ \t]*[\r\n]/.test(lead) ? '' : style.line_break;
  rows[index] = { ...below, lead: comments + gap + lead };
  return { ...before, rows };
}

/**
 * Rows in a new order.
 * @param order all rows of before, and new ones
 * @param indent of the line of the opening bracket
 */
export function arranged<R extends Row>(
  before: Rows<R>,
  order: readonly Placed<R>[],
  indent: string,
  style: Style,
): Rows<R> {
  const [first] = before.rows;
  const rows: R[] = [];
  for (const [index, placed] of order.entries()) {
    if ('kept' in placed) {
      const stays = (placed.was === 0) === (index === 0);
      rows.push(stays ? placed.kept : moved(placed.kept, index, first, style));
      continue;
    }
    const lead = newLead(rows.at(-1) ?? first, index, first, indent, style);
    const row = placed.fresh(isBroken(lead) ? indentOf(lead) : indent);
    rows.push({ ...row, lead });
  }
  const [top] = rows;
  if (first !== undefined || top === undefined) return { ...before, rows };
  // The first row of all goes below the comments that the brackets hold.
  const end = style.is_one_line ? before.end.slice(before.end.trimEnd().length) : style.line_break + indent;
  return { ...before, rows: rows.with(0, { ...top, lead: before.end.trimEnd() + top.lead }), end };
}

/** A row of before that becomes the first one, or no longer is. */
function moved<R extends Row>(row: R, index: number, first: Row | undefined, style: Style): R {
  if (isBroken(row.lead)) return row;
  const space = index === 0 ? blank(first?.lead ?? '') : style.space;
  return { ...row, lead: space + row.lead.trimStart() };
}

function newLead(
  model: Row | undefined,
  index: number,
  first: Row | undefined,
  indent: string,
  style: Style,
): string {
  if (model === undefined) return style.is_one_line ? '' : style.line_break + indent + style.indent;
  if (isBroken(model.lead)) return style.line_break + indentOf(model.lead);
  return index === 0 ? blank(first?.lead ?? '') : style.space;
}

/** The white space at the beginning. */
function blank(lead: string): string {
  return lead.slice(0, lead.length - lead.trimStart().length);
}
