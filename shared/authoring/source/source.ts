import { openAnswers } from '../api_answers.ts';
import { positionsIn, withoutMark } from './json_source.ts';
import { type Layout, type ListRow, layoutOf, printLayout, type RootRow } from './layout.ts';
import { OBJECT_LISTS, type ObjectList } from './lists.ts';
import { SourceProblem } from './problem.ts';
import { rewrite } from './rewrite.ts';
import { arranged, BARE, withoutRow } from './rows.ts';
import { written } from './style.ts';
import { readTree } from './tree.ts';
import { indentOf, isBroken } from './trivia.ts';

/** An object of a list. */
export interface Item {
  /** From `{` to `}`, as in the file. */
  readonly text: string;
  /** Never changed: sources share it. */
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * A configuration file in pieces, so that one object can be changed while the text of all others stays. It is never changed itself:
 * a change makes a new one that shares the other pieces.
 */
export interface Source {
  /** Empty where the file lacks a list. */
  readonly items: Readonly<Record<ObjectList, readonly Item[]>>;
  /** All other fields of the file: `$schema`, `notifications`, … */
  readonly rest: Readonly<Record<string, unknown>>;
  /** The text in pieces. */
  readonly layout: Layout;
  /** The file as written, if it holds answers of Cloudflare's API. Items and layout are those of the configuration in them. */
  readonly answers?: { readonly text: string; readonly data: unknown };
}

/**
 * Reads a configuration file, or answers of Cloudflare's API in its place.
 * @param text JSON with comments and trailing commas
 * @throws SourceProblem if the text is not JSONC, has a key twice, or is not an object with lists of objects
 */
export function readSource(text: string): Source {
  const plain = withoutMark(text);
  const { root, mistakes } = readTree(plain, 2);
  const position = positionsIn(plain);
  if (root === undefined || mistakes.length > 0) throw SourceProblem.at(mistakes, position);
  const opened = openAnswers(root.value);
  if (opened.problems.length > 0) throw SourceProblem.of(opened.problems, plain, opened.place);
  if (!holdsAnswers(root.value, opened.data)) return sourceOf(layoutOf(plain, root, position));
  const normal = `${JSON.stringify(opened.data, null, 2)}\n`;
  const tree = readTree(normal, 2).root ?? root;
  try {
    const layout = layoutOf(normal, tree, positionsIn(normal));
    return { ...sourceOf(layout), answers: { text: plain, data: root.value } };
  } catch (cause) {
    // The positions are in a text that nobody has seen.
    if (cause instanceof SourceProblem) throw SourceProblem.of(cause.problems, plain, opened.place);
    throw cause;
  }
}

/** The source of an account without objects. */
export function emptySource(): Source {
  return readSource('{}\n');
}

/** The exact text: `printSource(readSource(text)) === text`, but for a byte order mark. */
export function printSource({ layout, answers }: Source): string {
  return answers?.text ?? printLayout(layout);
}

/** The file as JSON, as parseConfig() takes it. It shares the values of the items. */
export function dataOf({ layout, answers }: Source): unknown {
  if (answers !== undefined) return answers.data;
  return Object.fromEntries(
    layout.root.rows.map(({ key, value, list }) => [
      key,
      list === undefined ? value : (layout.lists[list]?.rows ?? []).map((item) => item.value),
    ]),
  );
}

/**
 * Changes or appends an object. Only the text of what differs changes; comments in the object stay.
 * @param index the number of items: append
 * @throws RangeError if there is no such index
 */
export function withItem(source: Source, list: ObjectList, index: number, value: Item['value']): Source {
  const { layout } = source;
  const rows = layout.lists[list];
  if (rows === undefined || index === rows.rows.length) return appended(layout, list, index, value);
  const row = rowAt(layout, list, index);
  const { style } = layout;
  const indent = isBroken(row.lead) ? indentOf(row.lead) : indentOfList(layout, list);
  const changed = itemRow({ ...row, text: rewrite(row.text, value, indent, style) });
  return withRows(layout, list, { ...rows, rows: rows.rows.with(index, changed) });
}

/**
 * Removes an object, its comma, the comments in the lines above it up to a blank line, and those in its last line.
 * @throws RangeError if there is no such object
 */
export function withoutItem({ layout }: Source, list: ObjectList, index: number): Source {
  const rows = layout.lists[list];
  rowAt(layout, list, index);
  return rows === undefined
    ? sourceOf(layout)
    : withRows(layout, list, withoutRow(rows, index, layout.style));
}

function appended(before: Layout, list: ObjectList, index: number, value: Item['value']): Source {
  const layout = withList(before, list);
  const { style } = layout;
  const rows = layout.lists[list] ?? EMPTY;
  if (index !== rows.rows.length) throw outside(list, index, rows.rows.length);
  const beside_lines = rows.rows.length > 0 && rows.rows.every(({ text }) => !/[\r\n]/.test(text));
  const fresh = (indent: string) =>
    itemRow({ ...BARE, text: written(value, indent, style, beside_lines), value: {} });
  const order = [...rows.rows.map((kept, was) => ({ kept, was })), { fresh }];
  return withRows(layout, list, arranged(rows, order, indentOfList(layout, list), style));
}

const EMPTY = { open: '', rows: [], end: '', trailing: false };

/** The layout with a list that may be empty. A field of the name without a list is replaced. */
function withList(layout: Layout, list: ObjectList): Layout {
  if (layout.lists[list] !== undefined) return layout;
  const { root, style } = layout;
  const row: RootRow = { ...BARE, text: `"${list}":${style.space}`, key: list, value: undefined, list };
  const lists = { ...layout.lists, [list]: EMPTY };
  const at = root.rows.findIndex(({ key }) => key === list);
  const old = root.rows[at];
  if (old !== undefined) {
    const { lead, tail, comma } = old;
    return { ...layout, lists, root: { ...root, rows: root.rows.with(at, { ...row, lead, tail, comma }) } };
  }
  const order = [...root.rows.map((kept, was) => ({ kept, was })), { fresh: () => row }];
  return { ...layout, lists, root: arranged(root, order, layout.indent, style) };
}

function withRows(layout: Layout, list: ObjectList, rows: NonNullable<Layout['lists'][ObjectList]>): Source {
  return sourceOf({ ...layout, lists: { ...layout.lists, [list]: rows } });
}

function sourceOf(layout: Layout): Source {
  const rest = layout.root.rows.filter(({ key }) => !OBJECT_LISTS.some((list) => list === key));
  const items = (list: ObjectList): readonly Item[] => layout.lists[list]?.rows ?? [];
  return {
    items: {
      load_balancers: items('load_balancers'),
      pools: items('pools'),
      monitors: items('monitors'),
      monitor_groups: items('monitor_groups'),
    },
    rest: Object.fromEntries(rest.map(({ key, value }) => [key, value])),
    layout,
  };
}

/** A row with the value that its text has. */
function itemRow(row: ListRow): ListRow {
  return { ...row, value: (readTree(row.text, 0).root?.value ?? {}) as Item['value'] };
}

function rowAt(layout: Layout, list: ObjectList, index: number): ListRow {
  const rows = layout.lists[list]?.rows ?? [];
  const row = rows[index];
  if (row === undefined) throw outside(list, index, rows.length);
  return row;
}

function outside(list: ObjectList, index: number, length: number): RangeError {
  return new RangeError(`${list}[${index}] does not exist; the list has ${length} items`);
}

function indentOfList({ root, indent }: Layout, list: ObjectList): string {
  const row = root.rows.find((each) => each.list === list);
  return row !== undefined && isBroken(row.lead) ? indentOf(row.lead) : indent;
}

/** Whether opening changed anything. */
function holdsAnswers(data: unknown, opened: unknown): boolean {
  if (data === opened) return false;
  if (!isFields(data) || !isFields(opened)) return true;
  return OBJECT_LISTS.some((list) => data[list] !== opened[list]);
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
