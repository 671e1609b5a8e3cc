import type { RuleResult, ShownPart } from '../contracts/explain.ts';

/** The results of pool sets and rules, in words. */
export const RULE_RESULT: Readonly<Record<RuleResult['result'], string>> = {
  applied: 'applied',
  false: 'its condition is false',
  not_reached: 'not reached: an earlier rule ended the list',
  disabled: 'disabled',
  never_true: 'never applies: its condition is false for every request',
};

/** Characters of a value that are shown. A cookie can have thousands. */
const MAX_VALUE = 80;

/**
 * A comparison that makes a condition false, with what the request has:
 * `false: ip.src.asnum eq 64500 (ip.src.asnum is 64501)`.
 */
export function partText({ condition, holds, values }: ShownPart): string {
  const known = Object.entries(values).map(([field, value]) =>
    value === null ? `the request has no ${field}` : `${field} is ${cut(JSON.stringify(value))}`,
  );
  return `${holds}: ${condition}${known.length === 0 ? '' : ` (${known.join(', ')})`}`;
}

function cut(text: string): string {
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}…`;
}
