import { refusals } from '../../../../shared/analytics/sql/dialect.ts';
import { SqlError } from '../../../../shared/analytics/sql/tokens.ts';
import { translate } from '../../../../shared/analytics/sql/translate.ts';
import type { TextProblem } from './create_editor.ts';

/** As long as `{since}`, so that places stay where they are. */
const BOUND = '(1 = 1)';

/** What production would refuse in a query, and names that no dataset has. */
export function sqlProblems(query: string): TextProblem[] {
  const bound = query.replaceAll('{since}', BOUND);
  const refused = refusals(bound).map(({ line, column, message, fix }) => ({
    ...{ severity: 'error' as const, line, column },
    message: `${message}: ${fix}`,
  }));
  if (refused.length > 0) return refused;
  try {
    translate(bound);
    return [];
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { line, column, problem: message } = error;
    return [{ severity: 'error', line, column, message }];
  }
}
