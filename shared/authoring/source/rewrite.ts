import { arranged, BARE, type Placed, printRows, type Row, type Rows, rowsOf, withoutRow } from './rows.ts';
import { label, type Style, written } from './style.ts';
import { type Piece, readTree } from './tree.ts';
import { indentOf, isBroken } from './trivia.ts';

type Fields = Readonly<Record<string, unknown>>;

interface PieceRow extends Row {
  readonly piece?: Piece;
}

/**
 * Changes the text of a value, so that it reads as another value. Text of parts that are equal in both stays: their comments, order
 * and format. Keys are in the order of the new value, unless it has the old ones in another order: then new keys come last.
 * @param text JSONC
 * @param indent of the line that the text begins on
 */
export function rewrite(text: string, value: unknown, indent: string, style: Style): string {
  const { root } = readTree(text, Number.POSITIVE_INFINITY);
  return root === undefined ? written(value, indent, style) : changed(text, root, value, indent, style);
}

function changed(text: string, piece: Piece, value: unknown, indent: string, style: Style): string {
  const before = text.slice(piece.start, piece.end);
  if (Object.is(piece.value, value)) return before;
  const lists = Array.isArray(piece.value) && Array.isArray(value);
  if (!lists && !(isFields(piece.value) && isFields(value))) return written(value, indent, style);
  const rows = rowsOf(text, piece, (row, inner): PieceRow => ({ ...row, piece: inner }));
  const is_bare = rows.rows.length === 0 && `${rows.open}${rows.end}`.trim() === '';
  if (is_bare) return isEmpty(value) ? before : written(value, indent, style);
  const change = (row: PieceRow, now: unknown): PieceRow => {
    const inner = row.piece;
    if (inner === undefined) return row;
    const inner_indent = isBroken(row.lead) ? indentOf(row.lead) : indent;
    return {
      ...row,
      text: text.slice(inner.from, inner.start) + changed(text, inner, now, inner_indent, style),
    };
  };
  const after = lists
    ? changedItems(rows, value, change, indent, style)
    : changedFields(rows, value as Fields, change, indent, style);
  const out = [before.slice(0, 1)];
  printRows(after, style, out);
  return [...out, before.slice(-1)].join('');
}

type Change = (row: PieceRow, value: unknown) => PieceRow;

function changedFields(
  before: Rows<PieceRow>,
  value: Fields,
  change: Change,
  indent: string,
  style: Style,
): Rows<PieceRow> {
  const wanted = Object.keys(value).filter((key) => value[key] !== undefined);
  const names = new Set(wanted);
  const kept = withoutRows(before, (row) => names.has(keyOf(row)), style);
  const old = kept.rows.map(keyOf);
  const places = new Map(old.map((key, index) => [key, index]));
  const common = wanted.filter((key) => places.has(key));
  const same_order = common.every((key, index) => places.get(key) === index);
  const keys = same_order ? wanted : [...old, ...wanted.filter((key) => !places.has(key))];
  const order = keys.map((key): Placed<PieceRow> => {
    const was = places.get(key);
    const row = was === undefined ? undefined : kept.rows[was];
    if (was !== undefined && row !== undefined) return { kept: change(row, value[key]), was };
    return {
      fresh: (place) => ({ ...BARE, text: label(key, style) + written(value[key], place, style) }),
    };
  });
  return arranged(kept, order, indent, style);
}

function changedItems(
  before: Rows<PieceRow>,
  value: readonly unknown[],
  change: Change,
  indent: string,
  style: Style,
): Rows<PieceRow> {
  const matches = matched(
    before.rows.map(({ piece }) => piece?.value),
    value,
  );
  const used = new Set(matches.map((index) => (index === undefined ? undefined : before.rows[index])));
  const kept = withoutRows(before, (row) => used.has(row), style);
  const places = new Map(kept.rows.map(({ piece }, index) => [piece, index]));
  const beside_lines = kept.rows.length > 0 && kept.rows.every(({ text }) => !/[\r\n]/.test(text));
  const order = value.map((item, index): Placed<PieceRow> => {
    const match = matches[index];
    const was = match === undefined ? undefined : places.get(before.rows[match]?.piece);
    const row = was === undefined ? undefined : kept.rows[was];
    if (was !== undefined && row !== undefined) return { kept: change(row, item), was };
    return { fresh: (place) => ({ ...BARE, text: written(item ?? null, place, style, beside_lines) }) };
  });
  return arranged(kept, order, indent, style);
}

/**
 * For each new item, the index of the old item that it came from: one with the same name, or an equal one. Else, if both lists have
 * one length, the item at the same index.
 */
function matched(before: readonly unknown[], after: readonly unknown[]): (number | undefined)[] {
  const waiting = new Map<string, number[]>();
  for (const [index, item] of before.entries()) {
    const id = identityOf(item);
    waiting.set(id, [...(waiting.get(id) ?? []), index]);
  }
  const matches = after.map((item) => waiting.get(identityOf(item))?.shift());
  if (before.length !== after.length) return matches;
  const used = new Set(matches);
  return matches.map((match, index) => match ?? (used.has(index) ? undefined : index));
}

function identityOf(item: unknown): string {
  const name = isFields(item) ? (item['name'] ?? item['id'] ?? item['monitor_id']) : undefined;
  return typeof name === 'string' ? `named ${name}` : `equal to ${JSON.stringify(item)}`;
}

function withoutRows(
  before: Rows<PieceRow>,
  wanted: (row: PieceRow) => boolean,
  style: Style,
): Rows<PieceRow> {
  // From the end, because the row below gets the comments that stay.
  return before.rows.reduceRight(
    (rows, row, index) => (wanted(row) ? rows : withoutRow(rows, index, style)),
    before,
  );
}

function keyOf({ piece }: PieceRow): string {
  return piece?.key ?? '';
}

function isEmpty(value: unknown): boolean {
  return Object.keys(value as object).length === 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
