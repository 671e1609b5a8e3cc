import { expect, it } from 'vitest';
import { judge } from '../../../tools/chaos/ledger/judge.ts';
import { at, fault, found, ledger, point } from './run.ts';

const NAME = ['requests served by a configuration that was replaced too long before'];

/** A run in which version 2 was published at second 20, and a request of a later second was served by version 1. */
function served(seconds: number, ...faults: ReturnType<typeof fault>[]) {
  return {
    publications: [
      { version: 1, at: at(0) },
      { version: 2, at: at(20) },
    ],
    points: [point({ config_version: 1, total_ms: 0, arrived_at: at(seconds) })],
    faults: [fault('slow', 30, 35, 'b/1'), ...faults],
  };
}

it('finds a request of an isolate that has not followed a publication in ten seconds', () => {
  expect(found(served(30))).toEqual([]);
  expect(found(served(30.1))).toEqual(NAME);
  expect(judge(ledger(served(30.1))).followed_s).toBeCloseTo(10.1);
});

it('allows more time if the coordinator was broken, and no more if KV was', () => {
  const object = fault('object_fail', 18, 22, 'object');
  expect(found(served(43, object))).toEqual([]);
  expect(found(served(45, object))).toEqual(NAME);
  expect(found(served(30.1, fault('kv_hang', 18, 22, 'kv')))).toEqual(NAME);
});

it('gives an isolate that starts the time of one publication', () => {
  const gateway = { worker: 'gateway', pid: 2, inspector_port: 1, started_at: at(40), retired_at: Infinity };
  const generations = [...ledger().generations, gateway];
  expect(found({ ...served(50), generations })).toEqual([]);
  expect(found({ ...served(50.1), generations })).toEqual(NAME);
  expect(found({ ...served(39), generations })).toEqual(NAME);
});

it('ignores a request whose client left, perhaps before there was a configuration', () => {
  const points = [point({ config_version: 1, outcome: 'client_gone', arrived_at: at(59) })];
  expect(found({ ...served(59), points })).toEqual([]);
});

it('takes the newest configuration for a current one, and the bundled one for the version before the first', () => {
  const run = served(59);
  expect(found({ ...run, points: [point({ config_version: 2, arrived_at: at(59) })] })).toEqual([]);
  expect(found({ ...run, points: [point({ config_version: 0, arrived_at: at(59) })] })).toEqual(NAME);
});
