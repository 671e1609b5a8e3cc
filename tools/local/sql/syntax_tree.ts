import { AGGREGATES, FUNCTIONS } from '../../../shared/analytics/sql/functions.ts';
import { engineName } from './engine_sql.ts';

/** The functions that operators become in the engine's tree. A constant of several parts becomes `tuple`. */
const OPERATORS =
  `plus minus multiply divide modulo negate equals notEquals less lessOrEquals greater greaterOrEquals and or not
  in notIn like notLike ilike notILike isNull isNotNull tuple toIntervalYear toIntervalMonth toIntervalDay toIntervalHour
  toIntervalMinute toIntervalSecond`.split(/\s+/);

/** What `shareQuantiles` writes. */
const SHARED_QUANTILES = ['quantilesExactWeighted', 'arrayElement'];

const CALLABLE: ReadonlySet<string> = new Set([
  ...[...FUNCTIONS.values()].map(engineName),
  ...AGGREGATES.map((name) => `${engineName(name)}Distinct`),
  ...OPERATORS,
  ...SHARED_QUANTILES,
]);

/** Parts of a SELECT that can only hold other parts or a constant. */
const HARMLESS: ReadonlySet<string> = new Set(
  `Asterisk ExpressionList Literal OrderByElement SelectQuery Subquery TableExpression TablesInSelectQuery
  TablesInSelectQueryElement`.split(/\s+/),
);

/** Tables of the current database have no dot. */
const TABLE = /^(?:[A-Za-z_]\w*|system\.time_zones)$/;

/**
 * Searches the engine's own syntax tree for anything but reading datasets by functions of the reference.
 * @param tree the answer to `EXPLAIN AST` as TabSeparated: one part per line, indented below the part that it belongs to
 * @returns the first part that is not known to be harmless; undefined if there is none
 */
export function strangerIn(tree: string): string | undefined {
  const lines = tree.trimEnd().split('\n');
  if (lines.length === 1 && lines[0] === 'ShowTables') return undefined;
  if (!lines[0]?.startsWith('SelectWithUnionQuery')) return lines[0] || 'an empty query';
  return lines.find((line, index) => !isKnown(line.trimStart(), lines[index - 1]?.trimStart() ?? ''))?.trim();
}

function isKnown(line: string, above: string): boolean {
  const [kind = '', name = ''] = line.split(' ');
  // A table function.
  if (above.startsWith('TableExpression ') && kind === 'Function') return false;
  if (kind === 'Function') return CALLABLE.has(name);
  // A second child would be an output file or a format.
  if (kind === 'SelectWithUnionQuery') return line === 'SelectWithUnionQuery (children 1)';
  if (kind === 'TableIdentifier') return TABLE.test(name);
  if (kind === 'Identifier') return !name.includes('.');
  return HARMLESS.has(kind);
}
