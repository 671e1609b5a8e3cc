import { describe, expect, it } from 'vitest';
import { configHash } from '../../../shared/authoring/document.ts';
import type { askConsole } from '../../../tools/cli/console_client.ts';
import { announceStart } from '../../../tools/local/announce_start.ts';
import { DEFAULT_LOCAL_FACTS } from '../../../tools/project/environment.ts';

const LOCAL = { ...DEFAULT_LOCAL_FACTS, pid: 1 };
const CONFIG = { balancers: [], pools: {}, monitors: {} };

/** A console that shows a published version, and notes what is announced to it. */
function consoleWith(hash: string) {
  const announced: unknown[] = [];
  const ask = (async (_endpoint: unknown, path: string, body: unknown) => {
    if (path === '/api/status')
      return { config: { version: 7, hash, published_at: '2026-11-01T00:00:00.000Z' } };
    announced.push(body);
    return { accepted: true };
  }) as typeof askConsole;
  return { ask, announced };
}

describe('announceStart', () => {
  it('announces the configuration under the version that the console shows', async () => {
    const hash = await configHash(CONFIG);
    const { ask, announced } = consoleWith(hash);
    expect(await announceStart(CONFIG, LOCAL, ask)).toBeUndefined();
    expect(announced).toEqual([
      { format: 1, version: 7, hash, published_at: '2026-11-01T00:00:00.000Z', config: CONFIG },
    ]);
  });

  it('announces nothing if KV holds another configuration than the file', async () => {
    const { ask, announced } = consoleWith('of another');
    await announceStart(CONFIG, LOCAL, ask);
    expect(announced).toEqual([]);
  });
});
