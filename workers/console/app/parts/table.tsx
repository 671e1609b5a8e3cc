import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** A column: its heading, and its cell for a row. */
export interface Column<T> {
  title: string;
  cell(row: T): ComponentChildren;
  /** Right-aligned. */
  number?: true;
}

interface Props<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf(row: T): string;
  /** Instead of rows, if there are none. */
  empty: string;
}

/** Rows that are drawn at first. */
const ROWS_AT_FIRST = 100;

/** A table that scrolls sideways on a narrow screen. It says how many rows it does not show, and shows them on demand. */
export function Table<T>({ caption, columns, rows, keyOf, empty }: Props<T>) {
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, ROWS_AT_FIRST);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, number }) => (
              <th key={title} scope="col" class={number && 'number'}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.length === 0 && (
            <tr>
              <td colSpan={columns.length}>{empty}</td>
            </tr>
          )}
          {shown.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, number }) => (
                <td key={title} class={number && 'number'}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && (
        <p class="soft">
          The first {shown.length} of {rows.length} rows.{' '}
          <button type="button" onClick={() => setAll(true)}>
            Show all
          </button>
        </p>
      )}
    </section>
  );
}
