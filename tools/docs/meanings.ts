import { readFileSync } from 'node:fs';
import { DATASETS } from '../../shared/analytics/datasets.ts';
import { inRoot } from '../project/root.ts';

/** The meaning of a column, from its comment. */
export interface Meaning {
  meaning: string;
  /** `ms`, `bytes`, `count` or `status`; empty for texts and numbers without a unit. */
  unit: string;
}

const FILE = 'shared/analytics/datasets.ts';

/** `status: 'double1', // (status) status that the client got` */
const COLUMN = /^ {4}(?<name>\w+): '[^']+', \/\/ (?:\((?<unit>\w+)\) )?(?<meaning>\S.*)$/;

/**
 * Reads the meaning of every column from the comment behind it.
 * @param source of `shared/analytics/datasets.ts`
 * @returns by `dataset.column`, for example `traffic.total_ms`
 * @throws Error if a column has no comment
 */
export function meaningsIn(source = readFileSync(inRoot(FILE), 'utf8')): ReadonlyMap<string, Meaning> {
  const meanings = new Map<string, Meaning>();
  let dataset = '';
  for (const line of source.split('\n')) {
    dataset = /^export const (\w+) = \{$/.exec(line)?.[1]?.toLowerCase() ?? dataset;
    const { name, unit = '', meaning = '' } = COLUMN.exec(line)?.groups ?? {};
    if (name !== undefined) meanings.set(`${dataset}.${name}`, { meaning, unit });
  }
  for (const [logical, { columns }] of Object.entries(DATASETS))
    for (const name of Object.keys(columns))
      if (!meanings.has(`${logical}.${name}`))
        throw new Error(
          `${FILE}: column \`${name}\` of \`${logical}\` has no meaning: write it in a comment behind it`,
        );
  return meanings;
}
