import type { Policy } from '../../shared/strategies/policy.ts';
import { POLICIES } from '../../shared/strategies/strategies.ts';
import { filledPage } from './filled_page.ts';

const PAGE = 'docs/strategies.md';

/** Renders docs/strategies.md: a hand-written page with the table of all policies. */
export function strategiesDocs(): string {
  return filledPage(PAGE, { policies: policyTable() });
}

/** The table of policies by name, with the declarations of each. */
function policyTable(): string {
  const rows = POLICIES.map(row);
  return [
    '| Policy | Among | What it does | Weights | Options |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function row({ name, levels, about, weighted, options = {} }: Policy): string {
  const told = Object.keys(options).map((option) => `\`${option}\``);
  return `| \`${name}\` | ${levels.join(', ')} | ${about} | ${weighted ? 'yes' : 'no'} | ${told.join(', ')} |`;
}
