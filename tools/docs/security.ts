import { CLAIM_RULES } from './claim_rules.ts';
import { filledPage } from './filled_page.ts';
import { ANSWER_RULES, FRAMING_RULES, REQUEST_RULES, TARGET_RULES } from './header_rules.ts';

/** docs/security.md with its tables of header rules, from the very tables that are tested. */
export function securityDocs(): string {
  return filledPage('docs/security.md', {
    framing: table('What comes', 'What becomes of it', FRAMING_RULES),
    targets: table('What comes', 'What becomes of it', TARGET_RULES),
    requests: table('A client sends', 'An origin gets', REQUEST_RULES),
    claims: table('A client sends', 'It is believed', CLAIM_RULES),
    answers: table('An origin answers with', 'A client gets', ANSWER_RULES),
  });
}

const TESTS = '[header_rules.test.ts](../test/system/security/header_rules.test.ts)';

function table(
  comes: string,
  becomes: string,
  rules: ReadonlyArray<{ id: string; comes: string; becomes: string }>,
): string {
  const rows = rules.map((rule) => `| ${rule.comes} | ${rule.becomes} | ${TESTS} "${rule.id}" |`);
  return [`| ${comes} | ${becomes} | Shown by |`, '| --- | --- | --- |', ...rows].join('\n');
}
