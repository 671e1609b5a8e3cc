import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeadInfo, PublicationInfo, VersionInfo } from '../../../shared/contracts/history.ts';
import { CONFIG_KEY, type ConfigHead } from '../../../shared/model/config.ts';
import { configFrom, documentOf } from '../../../tools/harness/config.ts';
import { ADMIN_TOKEN, type ServedConsole, startConsole } from '../../../tools/harness/console.ts';
import { eventually } from '../harness/eventually.ts';
import { LB, published } from './account.ts';
import { ask, result, send } from './caller.ts';

const admin = { token: ADMIN_TOKEN };

let served: ServedConsole;

beforeAll(async () => {
  served = await startConsole();
});

afterAll(() => served.stop());

let pools = 0;

/** Creates a pool. @returns the newest version then */
async function change(): Promise<number> {
  const origins = [{ name: 'one', address: 'one.example.com' }];
  await result(served.url, 'POST', `${LB}/pools`, { ...admin, body: { name: `pool-${pools++}`, origins } });
  return (await head()).version?.version ?? 0;
}

const head = () => ask<HeadInfo>(served.url, 'GET', '/api/config', admin);
const publication = () => ask<PublicationInfo>(served.url, 'GET', '/api/config/publication', admin);
const inKv = () => served.kv.get<ConfigHead>(CONFIG_KEY);

/** Writes KV as `lb publish --direct` does, behind the console's back. The console sees it within 5 s. */
async function writeFromOutside(version: number): Promise<ConfigHead> {
  const config = configFrom({
    load_balancers: [{ name: 'outside.example.com', default_pools: ['direct'] }],
    pools: [{ name: 'direct', origins: [{ name: 'one', address: 'direct.example.com' }] }],
  });
  const written = served.kv.publish(documentOf(config, version));
  await eventually(async () => (await publication()).outside !== null, 8_000);
  return written;
}

describe('the publication of a configuration', () => {
  it('continues by itself when KV refused writes and takes them again', async () => {
    const old = inKv();
    served.kv.mode = 'read_only';
    const version = await change();
    const failed = await eventually(async () => {
      const now = await publication();
      return now.error !== null && now;
    });
    expect(failed).toMatchObject({ published: false, outside: null });
    expect(inKv()).toEqual(old);

    served.kv.mode = 'ok';
    // Nothing is called: only KV is looked at.
    await eventually(() => inKv()?.version === version);
    // KV has the version a moment before the console hears of it.
    await published(served.url);
    expect(await publication()).toMatchObject({ published: true, version, error: null });
  });

  it('continues by itself after workerd was killed before KV took it', async () => {
    served.kv.mode = 'read_only';
    const version = await change();
    await served.restart();
    served.kv.mode = 'ok';
    await eventually(() => inKv()?.version === version);
  });
});

describe('a configuration that somebody else wrote to KV', () => {
  it('is shown and not overwritten by later changes', async () => {
    await change();
    await published(served.url);
    const theirs = await writeFromOutside(900);
    const { version, hash, published_at } = theirs;
    expect(await publication()).toMatchObject({ published: false, outside: { version, hash, published_at } });
    const ours = await change();
    // Versions continue above theirs.
    expect(ours).toBeGreaterThan(version);
    await expect(published(served.url, 2_500)).rejects.toThrow();
    expect(inKv()).toEqual(theirs);
  });

  it('is overwritten on request, with the newest version', async () => {
    const body = { action: 'overwrite' };
    const { source } = await head();
    await ask(served.url, 'POST', '/api/config/outside', { ...admin, body });
    await published(served.url);
    const now = await head();
    expect(now.source).toBe(source);
    expect(inKv()?.version).toBe(now.version?.version);
  });

  it('is adopted on request, as the newest version', async () => {
    const { version } = await head();
    await writeFromOutside((version?.version ?? 0) + 5);
    const written = await ask<{ version: VersionInfo }>(served.url, 'POST', '/api/config/outside', {
      ...admin,
      body: { action: 'adopt' },
    });
    expect(written.version).toMatchObject({ way: 'adopt', parent: version?.version });
    await published(served.url);
    const now = await head();
    expect(now.source).toContain('outside.example.com');
    expect(now.source).not.toContain('pool-0');
    expect(inKv()?.version).toBe(now.version?.version);
  });

  it('is nothing to settle if nobody wrote', async () => {
    const body = { action: 'adopt' };
    const { status } = await send(served.url, 'POST', '/api/config/outside', { ...admin, body });
    expect(status).toBe(409);
  });
});
