import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type OriginRow, renderView, type View } from '../../../tools/local/view.ts';

function row(more: Partial<OriginRow> = {}): OriginRow {
  return { id: 'demo/one', key: '1', state: 'up', broken: false, requests: 0, p95_ms: undefined, ...more };
}

function render(more: Partial<View>): string[] {
  const view: View = { url: 'http://localhost:8787', window_s: 10, rows: [row()], figures: true, ...more };
  return stripVTControlCharacters(renderView(view)).split('\n');
}

/** The line of an origin. */
function lineOf(id: string, lines: string[]): string {
  return lines.find((line) => line.includes(id)) ?? '';
}

describe('renderView', () => {
  it('shows share, rate and p95 of each origin', () => {
    const lines = render({
      rows: [
        row({ requests: 30, p95_ms: 7.25 }),
        row({ id: 'demo/two', key: '2', requests: 10, p95_ms: 44.6 }),
      ],
    });
    expect(lines[0]).toContain('4.0 requests/s over 10 s');
    expect(lineOf('demo/one', lines)).toMatch(/█{15}░{5}\s+75 %\s+3\.0\s+7\.3\s+up$/);
    expect(lineOf('demo/two', lines)).toMatch(/█{5}░{15}\s+25 %\s+1\.0\s+45\s+up$/);
  });

  it('shows no share without traffic', () => {
    expect(lineOf('demo/one', render({}))).toMatch(/░{20}\s+0 %\s+0\.0\s+-\s+up$/);
  });

  it('says why an origin is down, and that a key stopped it', () => {
    const rows = [row({ state: 'down', reason: 'tcp_connection_failed', broken: true })];
    expect(lineOf('demo/one', render({ rows }))).toMatch(/down \(tcp_connection_failed\) {2}stopped by you$/);
  });

  it('shows states but no figures without a SQL API', () => {
    const lines = render({ figures: false });
    expect(lines[0]).toContain('no figures');
    expect(lineOf('demo/one', lines)).toMatch(/demo\/one\s+up$/);
  });

  it('shows the keys that have an effect', () => {
    const rows = [row(), row({ id: 'own/far', key: '' })];
    expect(render({ rows }).at(-1)).toContain('1: stop or restart');
    expect(render({ rows: [row({ key: '' })] }).at(-1)).toBe('  q: quit');
  });
});
