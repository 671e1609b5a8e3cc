import Table from 'cli-table3';

const FRAMELESS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((part) => [part, '']),
);

/** Lines of text in columns; columns whose cells all begin with a digit or a sign stand to the right. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (rows.every((row) => isNumber(row[column])) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: FRAMELESS,
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Three digits that count: `0.123`, `12.3`, `1234`. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 2 : 3);
}

/** `+1.2 %`. */
export function percent(share: number, sign = false): string {
  return `${sign && share > 0 ? '+' : ''}${(share * 100).toFixed(2)} %`;
}

function isNumber(text = ''): boolean {
  return text === '' || /^[-+±]?\d|^-$/.test(text);
}
