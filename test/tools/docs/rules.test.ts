import { readFileSync } from 'node:fs';
import { parse } from 'jsonc-parser';
import { expect, it } from 'vitest';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { DNS_FIELDS, FIELDS } from '../../../shared/rules/fields.ts';
import { FUNCTIONS } from '../../../shared/rules/functions.ts';
import { COMPARISONS } from '../../../shared/rules/operators.ts';
import { OTHER_FUNCTIONS } from '../../../shared/rules/signatures.ts';
import { inRoot } from '../../../tools/project/root.ts';

const text = readFileSync(inRoot('docs', 'rules.md'), 'utf8');

/** The rows of a section's tables, cells trimmed. */
function rows(heading: string): string[][] {
  const section = text.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The text in backticks in some cells. */
const quoted = (cells: readonly string[]) =>
  cells.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|')),
  );

it('lists every field with its type', () => {
  const listed = rows('Fields').flatMap(([name = '', type]) =>
    name.startsWith('`') && !name.startsWith('`dns') ? [[quoted([name])[0], type]] : [],
  );
  expect(Object.fromEntries(listed)).toEqual(FIELDS);
  expect(quoted(rows('Fields').map(([name = '']) => name)).filter((name) => name.startsWith('dns'))).toEqual(
    Object.keys(DNS_FIELDS),
  );
});

it('lists every operator in both spellings', () => {
  const listed = rows('Operators')
    .slice(1)
    .flatMap(([words = '', symbols = '']) => quoted([words, symbols]));
  const comparisons = Object.keys(COMPARISONS).map((word) => (word === 'strict' ? 'strict wildcard' : word));
  expect(listed.sort()).toEqual([...comparisons, 'not', 'and', 'xor', 'or', '!', '&&', '^^', '||'].sort());
});

it('lists every function, supported or not', () => {
  const listed = quoted(rows('Functions').map(([name = '']) => name)).map((call) => call.split('(')[0]);
  expect(listed.sort()).toEqual(Object.keys(FUNCTIONS).sort());
  for (const name of OTHER_FUNCTIONS) expect(text).toContain(`\`${name}\``);
});

it('shows a valid configuration', () => {
  const [, snippet = ''] = /```jsonc\n(.*?)```/s.exec(text) ?? [];
  const { load_balancers } = parse(`{${snippet}}`) as { load_balancers: unknown[] };
  const pools = ['eu', 'us', 'canary'].map((name) => ({
    name,
    origins: [{ name: 'o', address: 'o.example.com' }],
  }));
  expect(parseConfig({ load_balancers, pools }, 'production').problems).toEqual([]);
});
