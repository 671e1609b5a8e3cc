import type { Completion } from '@codemirror/autocomplete';
import { DATASETS } from '../../../../shared/analytics/datasets.ts';
import { FUNCTIONS } from '../../../../shared/analytics/sql/functions.ts';
import { KEYWORDS } from '../../../../shared/analytics/sql/keywords.ts';

/** What the editor offers in a query: datasets, their columns, functions and words of the language. */
export const SQL_WORDS: readonly Completion[] = [
  { label: '{since}', type: 'keyword', detail: 'the time range of the page', boost: 2 },
  ...Object.entries(DATASETS).flatMap(([dataset, { columns }]) => [
    { label: dataset, type: 'class', detail: 'dataset', boost: 1 },
    ...Object.keys(columns).map((label) => ({ label, type: 'property', detail: dataset, boost: 1 })),
  ]),
  { label: 'timestamp', type: 'property', detail: 'every dataset', boost: 1 },
  { label: '_sample_interval', type: 'property', detail: 'every dataset', boost: 1 },
  ...[...FUNCTIONS.values()].map((label) => ({ label, type: 'function', apply: `${label}(` })),
  ...[...KEYWORDS].map((label) => ({ label, type: 'keyword' })),
];
