import { CLAIM_RULES } from './claim_rules.ts';
import { filledPage } from './filled_page.ts';
import { ANSWER_RULES, FRAMING_RULES, REQUEST_RULES, TARGET_RULES } from './header_rules.ts';

/** docs/security.md, with tables generated from the rules that are tested. */
export function securityDocs(): string {
  return filledPage('docs/security.md', {
    framing: table('A client sends', 'Result', FRAMING_RULES),
    targets: table('A client sends', 'Result', TARGET_RULES),
    requests: table('A client sends', 'An origin gets', REQUEST_RULES),
    claims: table('A client sends', 'Believed', CLAIM_RULES),
    answers: table('An origin answers with', 'A client gets', ANSWER_RULES),
  });
}

const TESTS = '[header_rules.test.ts](../test/system/security/header_rules.test.ts)';

function table(
  sent: string,
  result: string,
  rules: ReadonlyArray<{ id: string; input: string; result: string }>,
): string {
  const rows = rules.map((rule) => `| ${rule.input} | ${rule.result} | ${TESTS} "${rule.id}" |`);
  return [`| ${sent} | ${result} | Shown by |`, '| --- | --- | --- |', ...rows].join('\n');
}
