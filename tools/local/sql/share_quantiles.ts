import { type Item, isQuery, itemsOf, type Query } from '../../../shared/analytics/sql/outline.ts';
import { is, nameOf, type Token } from '../../../shared/analytics/sql/tokens.ts';

/** A quantile that is an item of SELECT by itself: `quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95_ms`. */
interface Quantile {
  name: Token;
  level: Token;
  /** Everything between the second pair of parentheses. */
  args: string;
  /** Closes the second pair. */
  end: Token;
}

/**
 * Lets quantiles of the same values share one sorted table: three of them then take the time and the memory of one.
 * `quantileExactWeighted(0.5)(x, w) AS a, quantileExactWeighted(0.9)(x, w) AS b` becomes
 * `quantilesExactWeighted(0.5, 0.9)(x, w)[1] AS a, quantilesExactWeighted(0.5, 0.9)(x, w)[2] AS b`.
 * A quantile without an alias stays, because its text is the name of its column. So do quantiles of no group and of expressions: of no
 * value, the engine answers 0 where they share a table and null where they do not.
 */
export function shareQuantiles(query: Query, edits: Map<Token, string>): void {
  if (itemsOf(query, 'GROUP').length === 0) return;
  const items = itemsOf(query, 'SELECT');
  const groups = new Map<string, Quantile[]>();
  for (const quantile of items.flatMap((item) => quantileIn(item) ?? []))
    groups.set(quantile.args, [...(groups.get(quantile.args) ?? []), quantile]);
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const levels = group.map(({ level }) => level.text).join(', ');
    for (const [index, { name, level, end }] of group.entries())
      edits
        .set(name, 'quantilesExactWeighted')
        .set(level, levels)
        .set(end, `)[${index + 1}]`);
  }
}

function quantileIn(item: Item): Quantile | undefined {
  if (item.some(isQuery)) return undefined;
  const tokens = item as readonly Token[];
  const [name, open, level, close, begin] = tokens;
  const end = tokens.at(-3);
  const shaped =
    name?.text.toLowerCase() === 'quantileexactweighted' &&
    is(open, '(') &&
    level?.type === 'number' &&
    is(close, ')') &&
    is(begin, '(') &&
    nameOf(tokens[5]) !== undefined &&
    is(tokens[6], ',') &&
    is(end, ')') &&
    is(tokens.at(-2), 'AS');
  const inner = tokens.slice(5, -3);
  if (!shaped || end === undefined || !isOneList(inner)) return undefined;
  return { name, level, args: inner.map(({ text }) => text).join(' '), end };
}

/** Whether no parenthesis closes the list in which the tokens stand, as in `x, w) + f(y`. */
function isOneList(tokens: readonly Token[]): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (is(token, '(')) depth++;
    else if (is(token, ')') && --depth < 0) return false;
  }
  return true;
}
