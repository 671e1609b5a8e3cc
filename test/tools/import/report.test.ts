import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../tools/import/report/directive.ts';
import { Ledger } from '../../../tools/import/report/ledger.ts';
import { reportText, WHOLE } from '../../../tools/import/report/print.ts';
import { shownText } from '../../../tools/import/report/shown_text.ts';

const directive = (line: number, text = `d${line}`) => ({ file: 'a.conf', line, text });
const NO_HOSTS = { unreachable: [], records: [] };

describe('Ledger', () => {
  it('keeps every directive once, and the worse of two fates', () => {
    const [first, second, third] = [directive(1), directive(2), directive(3)];
    const ledger = new Ledger([first, second, third]);
    ledger.approximated(first, 'nearly');
    ledger.taken(first);
    ledger.platform(second);
    expect(ledger.entries().map(({ line, fate, note }) => [line, fate, note])).toEqual([
      [1, 'approximated', 'nearly'],
      [2, 'platform', ''],
      [3, 'none', 'this importer does not know it'],
    ]);
  });
});

describe('reportText', () => {
  const entry = (line: number, fate: Entry['fate'], note = ''): Entry => ({ ...directive(line), fate, note });

  it('prints each directive under its class, and counts that add up', () => {
    const entries = [
      entry(1, 'taken'),
      entry(2, 'platform', 'TLS'),
      entry(3, 'approximated', 'nearly'),
      entry(4, 'none'),
    ];
    expect(reportText({ entries, hosts: NO_HOSTS, unnamed: [] }).split('\n')).toEqual([
      'Taken (1)',
      '  a.conf:1  d1',
      '',
      'Approximated (1)',
      '  a.conf:3  d3  -- nearly',
      '',
      'Not about balancing: the platform does it (1)',
      '  a.conf:2  d2  -- TLS',
      '',
      'No counterpart (1)',
      '  a.conf:4  d4',
      '',
      '4 directives: 1 taken, 1 approximated, 1 not about balancing, 1 without counterpart',
    ]);
  });

  it('prints a section as one line, and counts all of its directives', () => {
    const entries = [4, 5, 7].map((line) => entry(line, 'none', `${WHOLE}mode tcp`));
    const text = reportText({ entries, hosts: NO_HOSTS, unnamed: [] });
    expect(text).toContain('  a.conf:4-7  d4  -- 3 directives: mode tcp');
    expect(text).toContain('3 without counterpart');
  });
});

describe('shownText', () => {
  it.each([
    ['stats auth admin:hunter2', 'stats auth …'],
    ['user ada password hunter2', 'user ada password …'],
    ['proxy_set_header Authorization "Bearer hunter2"', 'proxy_set_header Authorization …'],
    ['http.middlewares.a.basicAuth.users[0]: "ada:hunter2"', 'http.middlewares.a.basicAuth.users[0]: …'],
    ['a\nb\u001b[31m', 'a b [31m'],
  ])('prints %j as %s', (text, shown) => {
    expect(shownText(text)).toBe(shown);
  });

  it('shortens a long path at its beginning', () => {
    expect(shownText(`${'a.'.repeat(60)}name: "web"`)).toMatch(/^…[a.]+name: "web"$/);
  });
});
