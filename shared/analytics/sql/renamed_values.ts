import { type Item, isQuery } from './outline.ts';
import { is, nameOf, type Token } from './tokens.ts';

/** Values that have a new name, by column: a query may still use the old one. Rows are read with the new name. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  decision: { "'fallback'": "'failover_order'" },
};

/**
 * Replaces the old name of a value by its current name: `decision = 'fallback'` -> `'failover_order'`. It does so in
 * comparisons with the column itself (`=`, `!=`, `<>`, `LIKE`, `IN`).
 * @returns undefined for any other part of the item
 */
export function renamedValue(item: Item, index: number): string | undefined {
  const token = tokenAt(item, index);
  if (token?.type !== 'string') return undefined;
  const column = comparedColumn(item, index);
  return column === undefined ? undefined : RENAMED[column]?.[token.text];
}

/** The column that a string is compared with. */
function comparedColumn(item: Item, index: number): string | undefined {
  const before = tokenAt(item, index - 1);
  const after = tokenAt(item, index + 1);
  if (is(after, '=', '!=', '<>')) return nameOf(tokenAt(item, index + 2));
  if (is(before, '=', '!=', '<>', 'LIKE', 'ILIKE')) return nameBefore(item, index - 1);
  let open = index - 1;
  while (tokenAt(item, open)?.type === 'string' || is(tokenAt(item, open), ',')) open--;
  return is(tokenAt(item, open), '(') && is(tokenAt(item, open - 1), 'IN')
    ? nameBefore(item, open - 1)
    : undefined;
}

/** The name before an operator, or before the NOT in front of it. */
function nameBefore(item: Item, operator: number): string | undefined {
  const before = tokenAt(item, operator - 1);
  return nameOf(is(before, 'NOT') ? tokenAt(item, operator - 2) : before);
}

function tokenAt(item: Item, index: number): Token | undefined {
  const part = item[index];
  return isQuery(part) ? undefined : part;
}
