import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  decisionOf,
  gatewaysSince,
  lastAttempt,
  lastOldDecision,
} from '../../../tools/bench/control/decisions.ts';
import { difference, operationsOf, total } from '../../../tools/bench/control/operations.ts';
import { withWorktree } from '../../../tools/bench/control/worktree.ts';

/** A decision from a data point with these columns. */
const decision = (at: number, columns: Record<string, string | number> = {}) =>
  decisionOf(
    {
      path: '/gateway-1',
      origin: 'pool/one',
      failed_origins: '',
      strategy: 'off/random',
      config_version: 1,
      ...columns,
    },
    at,
  );

describe('decisionOf', () => {
  it('names the gateway, and every origin that was tried', () => {
    expect(decision(5, { failed_origins: 'pool/two,pool/three' })).toEqual({
      at: 5,
      gateway: 'gateway-1',
      version: 1,
      strategy: 'off/random',
      tried: ['pool/one', 'pool/two', 'pool/three'],
    });
  });

  it('names no origin where none was tried', () => {
    expect(decision(5, { origin: '' }).tried).toEqual([]);
  });
});

describe('lastAttempt', () => {
  const decisions = [
    decision(10, { origin: 'pool/two' }),
    decision(30, { failed_origins: 'pool/two' }),
    decision(20, { origin: 'pool/two' }),
    decision(40),
  ];

  it('is the latest request that tried the origin, whatever the order of arrival', () => {
    expect(lastAttempt(decisions, 'pool/two', 0)).toBe(30);
  });

  it('is the start where no request tried it afterwards', () => {
    expect(lastAttempt(decisions, 'pool/two', 35)).toBe(35);
  });
});

describe('lastOldDecision', () => {
  const change = { version: 2, old_strategy: 'off/random' };
  const now = { config_version: 2, strategy: 'off/round_robin' };

  it('counts requests of a gateway that has the older configuration', () => {
    expect(lastOldDecision([decision(10, { ...now, config_version: 1 }), decision(20, now)], change, 0)).toBe(
      10,
    );
  });

  it('counts requests that an older answer of a selector decided', () => {
    expect(
      lastOldDecision([decision(10, { ...now, strategy: 'off/random' }), decision(20, now)], change, 0),
    ).toBe(10);
  });
});

it('gatewaysSince names the gateways with requests after a moment', () => {
  const decisions = [decision(10, { path: '/gateway-1' }), decision(20, { path: '/gateway-2' })];
  expect([...gatewaysSince(decisions, 20)]).toEqual(['gateway-2']);
});

describe('operations', () => {
  it('are subtracted, and summed over Workers', () => {
    const before = operationsOf((worker) => (worker === 'health' ? 1 : 10));
    const after = operationsOf((worker, kind) => (worker === 'health' ? 4 : kind === 'alarms' ? 10 : 15));
    const between = difference(after, before);
    expect(between.health.kv_writes).toBe(3);
    expect(total(between, 'kv_reads')).toBe(13);
    expect(total(between, 'alarms')).toBe(3);
  });
});

describe('withWorktree', () => {
  it('checks out a revision with libraries, and removes it after a failure too', async () => {
    let folder = '';
    const use = withWorktree('HEAD', async (root) => {
      folder = root;
      for (const file of ['wrangler.gateway.toml', 'node_modules/wrangler'])
        expect(existsSync(join(root, file)), file).toBe(true);
      throw new Error('the use failed');
    });
    await expect(use).rejects.toThrow('the use failed');
    expect(folder).not.toBe('');
    expect(existsSync(folder)).toBe(false);
  });

  it('says what to do about an unknown revision', async () => {
    await expect(withWorktree('no-such-revision', async () => undefined)).rejects.toThrow(
      /no revision "no-such-revision".*--rev.*--no-rev/,
    );
  });
});
