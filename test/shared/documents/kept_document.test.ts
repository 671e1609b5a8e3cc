import { describe, expect, it } from 'vitest';
import { KeptDocument } from '../../../shared/documents/kept_document.ts';

function setUp(reads: Array<string | undefined | Error>) {
  const clock = { ms: 0 };
  const document = new KeptDocument<string>({
    read: async () => {
      const next = reads.shift();
      if (next instanceof Error) throw next;
      return next;
    },
    now: () => clock.ms,
    refresh_ms: 1_000,
  });
  return { clock, document };
}

describe('KeptDocument', () => {
  it('has no copy until it has read', async () => {
    const { document } = setUp(['a']);
    expect(document.current).toBeUndefined();
    await document.refresh();
    expect(document.current).toBe('a');
  });

  it('starts one refresh per interval, however many requests there are', async () => {
    const { clock, document } = setUp(['a', 'b']);
    await document.refresh();
    expect(document.refresh()).toBeUndefined();
    clock.ms = 1_000;
    const begun = document.refresh();
    expect(document.refresh()).toBeUndefined();
    await begun;
    expect(document.current).toBe('b');
  });

  it('keeps its copy if a read fails or finds nothing, and reports the error', async () => {
    const { document } = setUp(['a', new Error('KV is down'), undefined]);
    await document.load();
    await document.load();
    expect(document.current).toBe('a');
    expect(document.last_error).toBe('KV is down');
    await document.load();
    expect(document.current).toBe('a');
    expect(document.last_error).toBeUndefined();
  });

  it('takes an offered copy only if it has none', async () => {
    const { document } = setUp(['b']);
    document.offer('a');
    document.offer('z');
    expect(document.current).toBe('a');
    await document.load();
    expect(document.current).toBe('b');
  });
});
