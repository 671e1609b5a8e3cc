import { type Column, DATASETS, type Dataset, TRAFFIC, TRAFFIC_WEIGHT } from '../datasets.ts';
import { TRAFFIC_V1 } from '../traffic_v1.ts';

/** A stored version of a dataset, and how SQL reads its columns. */
export interface Layout {
  /** `traffic` */
  logical: string;
  /** `plimsoll_traffic_v2` */
  table: string;
  /** Logical name -> where it is stored: `blob3`, `blob5.1`. */
  stored: Dataset['columns'];
  /** Logical name -> SQL: `blob3`, or an expression. */
  columns: ReadonlyMap<string, string>;
}

/** Every stored version of every dataset. Of one dataset the newest comes first. */
export const LAYOUTS: readonly Layout[] = [
  ...Object.entries(DATASETS).map(([logical, dataset]) =>
    layout(logical, dataset, dataset, dataset === TRAFFIC ? { _sample_interval: TRAFFIC_WEIGHT } : {}),
  ),
  layout('traffic', TRAFFIC_V1, TRAFFIC, { decision: "if(blob5 = 'fallback', 'failover_order', blob5)" }),
];

/**
 * The versions that a table in a query stands for.
 * @param name `traffic`: all versions, the newest first; `plimsoll_traffic_v1`: this one
 * @returns empty if it is not a dataset of Plimsoll
 */
export function layoutsOf(name: string | undefined): Layout[] {
  return LAYOUTS.filter(({ logical, table }) => name === logical || name === table);
}

/**
 * @param newest says which columns there are
 * @param read columns that are read by an expression of their own
 */
function layout(
  logical: string,
  { table, columns: stored }: Dataset,
  newest: Dataset,
  read: Readonly<Record<string, string>> = {},
): Layout {
  const sqlOf = ([name, column]: [string, Column]): [string, string] => [
    name,
    read[name] ?? expression(stored[name] ?? absent(column)),
  ];
  const columns = new Map([...Object.entries(newest.columns).map(sqlOf), ...Object.entries(read)]);
  return { logical, table, stored, columns };
}

/** A column that an older version lacks: '' or 0, which is what a number holds where nothing was written. */
function absent(column: Column): Column | undefined {
  return column.startsWith('double') ? column : undefined;
}

/** `blob5.1` -> what stands before the first space of `blob5`; `blob5.2` -> what stands after it. */
function expression(column: Column | undefined): string {
  const [stored = "''", part] = column?.split('.') ?? [];
  if (part === undefined) return stored;
  const space = `position(' ' IN ${stored})`;
  return part === '1' ? `substring(${stored}, 1, ${space} - 1)` : `substring(${stored}, ${space} + 1)`;
}
