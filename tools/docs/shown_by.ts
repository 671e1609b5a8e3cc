/** A row of a table whose last column is `Shown by`, and the tests that it names. */
export interface ShownRow {
  /** What stands in the first cell. */
  claim: string;
  tests: ShownTest[];
}

/** A test as a page names it: `[absent](../test/system/absent.test.ts) "title"`. */
export interface ShownTest {
  /** As linked: relative to the page. */
  file: string;
  /** Of an `it` or a `describe`, in full. */
  title: string;
}

const COLUMN = 'Shown by';
const REFERENCE = /\[[^\]]*\]\(([^)\s]+)\)\s+"([^"]+)"/g;

/** Every row of every table with a last column `Shown by` of a Markdown page. */
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

/** Whether a test file has a test or a group of that title. */
export function hasTitle(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(quote + title + quote));
}

function testsOf(cell: string): ShownTest[] {
  return [...cell.matchAll(REFERENCE)].map(([, file = '', title = '']) => ({ file, title }));
}

/** A `\|` in a cell is no border. */
function cellsOf(line: string): string[] {
  const cells = line.trim().split(/(?<!\\)\|/);
  return cells.slice(1, -1).map((cell) => cell.trim().replaceAll('\\|', '|'));
}
