import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Written } from '../../../../shared/contracts/history.ts';
import { followText, published } from '../../../../tools/cli/console/publication.ts';
import { FakeHistory } from '../../../support/fake_history.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] }));
afterEach(() => vi.useRealTimers());

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A change that KV has after some looks, each of which takes a while. */
function change(late_looks: number, look_ms = 0) {
  const history = new FakeHistory();
  const written: Written = history.write('{}', 'cli');
  history.late_looks = late_looks;
  return {
    history,
    /** Waits as a command does. @returns the publication or the error, and how long it took */
    async wait(options: { wait?: boolean } = {}) {
      const api = { publication: () => sleep(look_ms).then(() => history.publication()) };
      const began = Date.now();
      const outcome = published(api, written, options, sleep)
        .catch((error: unknown) => error)
        .then((result) => ({ result, took_ms: Date.now() - began }));
      await vi.advanceTimersByTimeAsync(120_000);
      return outcome;
    },
  };
}

describe('published', () => {
  it('sees a publication that takes a moment', async () => {
    expect((await change(2).wait()).result).toMatchObject({ published: true });
  });

  it.each([0, 10, 100, 5_000])('gives up after 120 ms even if each look takes %i ms', async (look_ms) => {
    const { result, took_ms } = await change(1_000, look_ms).wait();
    expect(result).toMatchObject({ published: false });
    expect(took_ms).toBeLessThanOrEqual(120);
  });

  it('waits for it with `wait`, and throws with exit code 3 if KV does not take it in a minute', async () => {
    expect((await change(100).wait({ wait: true })).result).toMatchObject({ published: true });
    const never = change(1_000);
    never.history.error = 'KV is full';
    expect((await never.wait({ wait: true })).result).toMatchObject({
      message: expect.stringContaining('version 1 is saved and not in KV yet (KV is full)'),
      exit_code: 3,
    });
  });

  it('throws if somebody else wrote to KV', async () => {
    const { wait, history } = change(1);
    history.outside = { version: 9, hash: 'f'.repeat(64), published_at: '2026-01-01T00:00:00.000Z' };
    expect((await wait()).result).toMatchObject({ message: expect.stringContaining('lb config adopt') });
  });
});

describe('followText', () => {
  it('says when gateways follow, or why they do not', () => {
    const history = new FakeHistory();
    history.write('{}', 'cli');
    const through = history.publication();
    expect(followText(4, through)).toBeUndefined();
    expect(followText(4, { ...through, published: false })).toContain('follow within ten seconds');
    expect(followText(4, { ...through, published: false, error: 'KV is full' })).toContain('KV is full');
  });
});
