import { describe, expect, it } from 'vitest';
import { withProgress } from '../../../tools/project/progress.ts';

/** A stream, and a clock that a test turns. */
function stage(isTTY: boolean) {
  const written: string[] = [];
  let tick = () => {};
  let is_running = false;
  return {
    written,
    progress: {
      stream: { isTTY, write: (text: string) => written.push(text) },
      every: (run: () => void) => {
        tick = run;
        is_running = true;
        return () => {
          is_running = false;
        };
      },
    },
    second: () => tick(),
    isRunning: () => is_running,
  };
}

describe('progress', () => {
  it('says nothing about what takes less than a second', async () => {
    const { written, progress, isRunning } = stage(true);
    expect(await withProgress('the console', Promise.resolve(3), progress)).toBe(3);
    expect([written, isRunning()]).toEqual([[], false]);
  });

  it('says what is waited for, and takes it away at the end, also of a failure', async () => {
    const { written, progress, second, isRunning } = stage(true);
    const { promise, reject } = Promise.withResolvers<never>();
    const waiting = withProgress('the console', promise, progress);
    second();
    second();
    reject(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(written).toEqual([
      '\r\u001b[Kwaiting for the console (1 s) …',
      '\r\u001b[Kwaiting for the console (2 s) …',
      '\r\u001b[K',
    ]);
    expect(isRunning()).toBe(false);
  });

  it('writes nothing that is piped', async () => {
    const { written, progress, second } = stage(false);
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = withProgress('the console', promise, progress);
    second();
    resolve();
    await waiting;
    expect(written).toEqual([]);
  });
});
