import { expect, it } from 'vitest';
import { auditText } from '../../../tools/cli/audit.ts';

const ROW = {
  ...{ id: 2, at: '2026-11-01T10:00:00.000Z', author: 'token ci', from: '192.0.2.1', status: 200 },
  ...{ what: 'POST /api/states', before: 6, after: 7, detail: '~ pools eu' },
};

it('shows who changed what, from which version to which', () => {
  expect(auditText([ROW])).toMatch(
    /2026-11-01 10:00:00 +token ci +192\.0\.2\.1 +200 +POST \/api\/states +6 -> 7 +~ pools eu/,
  );
});

it('shows a refusal without versions, and no character that controls the terminal', () => {
  const refused = { ...ROW, status: 403, before: null, after: null, author: 'a\u001b[2J\u202eb' };
  expect(auditText([refused])).toMatch(/a·\[2J·b +192/);
  expect(auditText([refused])).not.toContain('->');
});

it('says that there is nothing yet', () => {
  expect(auditText([])).toBe('nothing was changed or refused yet');
});
