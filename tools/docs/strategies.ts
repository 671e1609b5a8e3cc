import type { Policy } from '../../shared/strategies/policy.ts';
import { POLICIES } from '../../shared/strategies/strategies.ts';
import { filledPage } from './filled_page.ts';

const PAGE = 'docs/strategies.md';

/** docs/strategies.md with the table of all policies as they are now; what stands around it is hand-written. */
export function strategiesDocs(): string {
  return filledPage(PAGE, { policies: policyTable() });
}

/** The policies by name, with what each declares. */
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
