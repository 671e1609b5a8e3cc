import { shown } from '../problem.ts';
import type { Position } from './json_source.ts';
import { OBJECT_LISTS, type ObjectList } from './lists.ts';
import { SourceProblem } from './problem.ts';
import { printRows, type Row, type Rows, rowsOf } from './rows.ts';
import { type Style, styleOf } from './style.ts';
import type { Mistake, Piece } from './tree.ts';

/** An object of a list. */
export interface ListRow extends Row {
  readonly value: Readonly<Record<string, unknown>>;
}

/** A field of the file. */
export interface RootRow extends Row {
  readonly key: string;
  /** Undefined for a list. */
  readonly value: unknown;
  /** The list that is printed after the text. */
  readonly list?: ObjectList;
}

/** The text of a configuration file in pieces. */
export interface Layout {
  /** Text before the first brace. */
  readonly header: string;
  readonly root: Rows<RootRow>;
  readonly lists: Readonly<Partial<Record<ObjectList, Rows<ListRow>>>>;
  /** Text after the last brace. */
  readonly footer: string;
  /** White space before the first brace in its line. */
  readonly indent: string;
  readonly style: Style;
}

/**
 * Cuts the text of a configuration file into pieces.
 * @param root tree of at least two levels
 * @throws SourceProblem if the file is not an object, or one of its lists not a list of objects
 */
export function layoutOf(text: string, root: Piece, position: (offset: number) => Position): Layout {
  const mistakes = wrongForms(root);
  if (mistakes.length > 0) throw SourceProblem.at(mistakes, position);
  const lists: Partial<Record<ObjectList, Rows<ListRow>>> = {};
  const rows = rowsOf(text, root, (row, piece): RootRow => {
    const list = OBJECT_LISTS.find((each) => each === piece.key);
    const key = piece.key ?? '';
    if (list === undefined || !Array.isArray(piece.value)) return { ...row, key, value: piece.value };
    lists[list] = rowsOf(
      text,
      piece,
      (item, { value }): ListRow => ({ ...item, value: value as ListRow['value'] }),
    );
    return { ...row, text: text.slice(piece.from, piece.start), key, value: undefined, list };
  });
  const header = text.slice(0, root.start);
  return {
    header,
    root: rows,
    lists,
    footer: text.slice(root.end),
    indent: /[ \t]*$/.exec(header)?.[0] ?? '',
    style: styleOf(text, root),
  };
}

/** The exact text. */
export function printLayout({ header, root, lists, footer, style }: Layout): string {
  const out = [header, '{'];
  printRows(root, style, out, ({ text, list }) => {
    out.push(text);
    const rows = list === undefined ? undefined : lists[list];
    if (rows === undefined) return;
    out.push('[');
    printRows(rows, style, out);
    out.push(']');
  });
  out.push('}', footer);
  return out.join('');
}

function wrongForms({ value, start, children }: Piece): Mistake[] {
  if (!isObject(value))
    return [
      { path: [], message: `got ${shown(value)}; allowed: an object with lists of objects`, offset: start },
    ];
  return OBJECT_LISTS.flatMap((list): Mistake[] => {
    const field = children.find(({ key }) => key === list);
    // Null stands for a list that is absent.
    if (field === undefined || field.value === null) return [];
    if (!Array.isArray(field.value))
      return [
        {
          path: [list],
          message: `got ${shown(field.value)}; allowed: a list of objects`,
          offset: field.from,
        },
      ];
    return field.children.flatMap((item, index): Mistake[] =>
      isObject(item.value)
        ? []
        : [
            {
              path: [list, index],
              message: `got ${shown(item.value)}; allowed: an object`,
              offset: item.start,
            },
          ],
    );
  });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
