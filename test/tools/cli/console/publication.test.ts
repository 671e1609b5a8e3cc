import { describe, expect, it } from 'vitest';
import type { PublicationInfo, Written } from '../../../../shared/contracts/history.ts';
import { followText, published } from '../../../../tools/cli/console/publication.ts';
import { FakeHistory } from '../../../support/fake_history.ts';

/** A change that KV has after some looks, each of which takes a while. */
function late(looks: number, look_ms = 0) {
  const history = new FakeHistory();
  const written: Written = history.write('{}', 'cli');
  history.late_looks = looks;
  let now = 0;
  const advance = (ms: number) => {
    now += ms;
  };
  const time = { now: () => now, sleep: async (ms: number) => advance(ms) };
  const api = {
    publication: async (): Promise<PublicationInfo> => {
      advance(look_ms);
      return history.publication();
    },
  };
  return { history, written, time, api, now: () => now };
}

describe('published', () => {
  it('sees a publication that takes a moment', async () => {
    const { api, written, time } = late(2);
    expect((await published(api, written, {}, time)).published).toBe(true);
  });

  it('gives up in time for an answer, also if each look is slow', async () => {
    for (const look_ms of [0, 10, 100]) {
      const { api, written, time, now } = late(1_000, look_ms);
      expect((await published(api, written, {}, time)).published).toBe(false);
      expect(now()).toBeLessThanOrEqual(200 + look_ms);
    }
  });

  it('waits for it with `wait`, and throws with exit code 3 if KV does not take it in a minute', async () => {
    const slow = late(100);
    expect((await published(slow.api, slow.written, { wait: true }, slow.time)).published).toBe(true);
    const never = late(1_000);
    never.history.error = 'KV is full';
    await expect(published(never.api, never.written, { wait: true }, never.time)).rejects.toMatchObject({
      message: expect.stringContaining('version 1 is saved and not in KV yet (KV is full)'),
      exit_code: 3,
    });
  });

  it('throws if somebody else wrote to KV', async () => {
    const { api, written, time, history } = late(1);
    history.outside = { version: 9, hash: 'f'.repeat(64), published_at: '2026-01-01T00:00:00.000Z' };
    await expect(published(api, written, {}, time)).rejects.toThrow('lb config adopt');
  });
});

describe('followText', () => {
  it('says when gateways follow, or why they do not', () => {
    const { history } = late(0);
    const through = history.publication();
    expect(followText(4, through)).toBeUndefined();
    expect(followText(4, { ...through, published: false })).toContain('follow within ten seconds');
    expect(followText(4, { ...through, published: false, error: 'KV is full' })).toContain('KV is full');
  });
});
