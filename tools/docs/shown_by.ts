/** A row of a table whose last column is `Shown by`. */
export interface ShownRow {
  /** Content of the first cell. */
  claim: string;
  tests: ShownTest[];
}

/** A test as a page names it: `[absent](../test/system/absent.test.ts) "title"`. */
export interface ShownTest {
  /** Link to the file, relative to the page. */
  file: string;
  /** Full title of an `it` or a `describe`. */
  title: string;
}

const COLUMN = 'Shown by';
const REFERENCE = /\[[^\]]*\]\(([^)\s]+)\)\s+"([^"]+)"/g;

/** The rows of all tables of a Markdown page whose last column is `Shown by`. */
export function shownRows(page: string): ShownRow[] {
  const rows: ShownRow[] = [];
  let inside = false;
  for (const line of page.split('\n')) {
    const cells = line.startsWith('|') ? cellsOf(line) : undefined;
    if (cells === undefined) inside = false;
    else if (cells.at(-1) === COLUMN) inside = true;
    else if (inside && !cells.every((cell) => /^:?-+:?$/.test(cell)))
      rows.push({ claim: cells[0] ?? '', tests: testsOf(cells.at(-1) ?? '') });
  }
  return rows;
}

/** Whether a test file has a test or a group with a title. */
export function hasTitle(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(quote + title + quote));
}

function testsOf(cell: string): ShownTest[] {
  return [...cell.matchAll(REFERENCE)].map(([, file = '', title = '']) => ({ file, title }));
}

/** The cells of a row. `\|` is part of a cell. */
function cellsOf(line: string): string[] {
  const cells = line.trim().split(/(?<!\\)\|/);
  return cells.slice(1, -1).map((cell) => cell.trim().replaceAll('\\|', '|'));
}
