import { describe, expect, it } from 'vitest';
import { KvView, serveKvView } from '../../../tools/harness/kv_views.ts';
import { serve } from '../../../tools/workerd/serve.ts';

/** A namespace with a view where it is written and one elsewhere, and a clock. */
function namespace() {
  const clock = { now: 1_000 };
  const values = new Map<string, string>();
  const view = () => new KvView(values, () => clock.now);
  return { clock, here: view(), elsewhere: view() };
}

describe('a view of KV', () => {
  it('repeats what it has read until cacheTtl is over', () => {
    const { clock, here, elsewhere } = namespace();
    here.write('key', 'old');
    expect(elsewhere.read('key', 30)).toBe('old');
    here.write('key', 'new');
    clock.now += 29_999;
    expect(elsewhere.read('key', 30)).toBe('old');
    clock.now += 1;
    expect(elsewhere.read('key', 30)).toBe('new');
  });

  it('remembers that a key was missing', () => {
    const { clock, here, elsewhere } = namespace();
    expect(elsewhere.read('key', 30)).toBeUndefined();
    here.write('key', 'value');
    expect(elsewhere.read('key', 30)).toBeUndefined();
    clock.now += 30_000;
    expect(elsewhere.read('key', 30)).toBe('value');
  });

  it('shows its own writes and deletions at once', () => {
    const { here } = namespace();
    expect(here.read('key')).toBeUndefined();
    here.write('key', 'value');
    expect(here.read('key')).toBe('value');
    here.write('key', undefined);
    expect(here.read('key')).toBeUndefined();
  });

  it('keeps a copy for 60 s if a read does not say for how long', () => {
    const { clock, here, elsewhere } = namespace();
    elsewhere.read('key');
    here.write('key', 'value');
    clock.now += 59_999;
    expect(elsewhere.read('key')).toBeUndefined();
    clock.now += 1;
    expect(elsewhere.read('key')).toBe('value');
  });
});

it('a Worker reads and writes a view, with the cacheTtl that it names', async () => {
  const { clock, here, elsewhere } = namespace();
  const served = await serveKvView(elsewhere);
  const worker = {
    source: `export default {
      async fetch(request, { KV }) {
        const path = new URL(request.url).pathname;
        if (path === '/put') await KV.put('my/key', 'by the Worker');
        if (path === '/delete') await KV.delete('my/key');
        return Response.json([await KV.get('my/key', { cacheTtl: 45 })]);
      },
    };`,
    compatibility_date: '2026-10-01',
    compatibility_flags: [],
    bindings: { KV: { kv: 'kv' } },
    durable_objects: [],
  };
  const workerd = await serve({
    workers: { worker },
    externals: { kv: served.port },
    sockets: ['worker'],
  });
  try {
    const ask = async (path: string) =>
      (await fetch(`http://127.0.0.1:${workerd.ports['worker']}${path}`)).json();
    expect(await ask('/get')).toEqual([null]);
    here.write('my/key', 'from elsewhere');
    clock.now += 44_999;
    expect(await ask('/get')).toEqual([null]);
    clock.now += 1;
    expect(await ask('/get')).toEqual(['from elsewhere']);
    expect(await ask('/put')).toEqual(['by the Worker']);
    expect(here.read('my/key')).toBe('by the Worker');
    expect(await ask('/delete')).toEqual([null]);
    expect(served).toMatchObject({ reads: 5, writes: 2 });
  } finally {
    await workerd.stop();
    await served.stop();
  }
});
