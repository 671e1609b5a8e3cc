import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryApi } from '../../../tools/cli/console/history_api.ts';
import { publishStart } from '../../../tools/local/publish_start.ts';
import { FakeHistory } from '../../support/fake_history.ts';

const FILE = join(process.cwd(), 'demo.jsonc');

/** The console's API over a history in memory. */
function apiOf(history: FakeHistory): HistoryApi {
  const infos = () => history.versions.map(({ source: _, ...info }) => info).reverse();
  return {
    head: async () => {
      const [version = null] = infos();
      const { newest, etag } = history;
      return { version, source: newest?.source ?? '', etag, publication: history.publication() };
    },
    put: async (source: string, _etag: string, { way, comment }: { way: 'start'; comment?: string }) =>
      history.write(source, way, comment),
    versions: async (limit: number, before = Infinity) =>
      infos()
        .filter(({ version }) => version < before)
        .slice(0, limit),
    publication: async () => history.publication(),
    settle: async () => {
      history.outside = null;
      return history.write(history.newest?.source ?? '', 'api');
    },
  } as unknown as HistoryApi;
}

function started() {
  const history = new FakeHistory();
  return { history, start: (source: string) => publishStart(apiOf(history), FILE, source) };
}

describe('publishStart', () => {
  it('publishes the file at the first start, and nothing at the second', async () => {
    const { history, start } = started();
    expect(await start('{ "a": 1 }')).toBe('');
    expect(await start('{ "a": 1 }')).toBe('');
    expect(history.versions).toMatchObject([{ way: 'start', source: '{ "a": 1 }' }]);
  });

  it('publishes a file that was edited since the last start', async () => {
    const { history, start } = started();
    await start('{ "a": 1 }');
    history.write('{ "a": "drained" }', 'drain');
    await start('{ "a": 2 }');
    expect(history.newest).toMatchObject({ version: 3, way: 'start', source: '{ "a": 2 }' });
  });

  it.each([1, 250])('keeps %i changes that were made since, and says so', async (changes) => {
    const { history, start } = started();
    await start('{ "a": 1 }');
    for (let n = 0; n < changes; n++) history.write(`{ "b": ${n} }`, 'api');
    expect(await start('{ "a": 1 }')).toBe(
      `configuration: version ${changes + 1}, changed since demo.jsonc was published (\`lb publish demo.jsonc\` brings the file back)`,
    );
    expect(history.versions).toHaveLength(changes + 1);
  });

  it('keeps changes since `lb publish` of the same file, too', async () => {
    const { history, start } = started();
    await start('{ "a": 1 }');
    history.write('{ "a": 2 }', 'cli');
    history.write('{ "a": "drained" }', 'drain');
    expect(await start('{ "a": 2 }')).toContain('version 3, changed since');
  });

  it('waits until KV has the version', async () => {
    const { history, start } = started();
    history.late_looks = 3;
    await start('{}');
    expect(history.publication().published).toBe(true);
  });

  it('overwrites what an older Plimsoll left in KV', async () => {
    const { history, start } = started();
    history.outside = { version: 7, hash: 'f'.repeat(64), published_at: '2026-01-01T00:00:00.000Z' };
    await start('{}');
    expect(history.outside).toBeNull();
    expect(history.publication().published).toBe(true);
  });
});
