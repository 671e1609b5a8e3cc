import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  backoff,
  type Delivery,
  MAX_AGE_MS,
  MAX_TRIES,
  MAX_WAITING,
  Outbox,
} from '../../../../workers/health/notify/outbox.ts';
import { StoredMap } from '../../../../workers/health/stored_map.ts';
import { fakeKv } from '../fake_kv.ts';

let kv: SyncKvStorage;
const open = () => new Outbox(new StoredMap<string, Delivery>(kv, 'delivery:'), () => 0.5);

beforeEach(() => {
  kv = fakeKv();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  return () => vi.restoreAllMocks();
});

/** The next message of each webhook, and when it is due. */
const heads = (outbox: Outbox) =>
  outbox.heads().map(([, { id, to, next_at }]) => `${to}: ${id} at ${next_at}`);

describe('Outbox', () => {
  it('delivers in order to each webhook, independently of other webhooks', () => {
    const outbox = open();
    outbox.add('m1', 'a', '', 10);
    outbox.add('m2', 'a', '', 20);
    outbox.add('m3', 'b', '', 30);
    expect(heads(outbox)).toEqual(['a: m1 at 10', 'b: m3 at 30']);
    outbox.failed(outbox.heads()[0]?.[0] ?? '', 100);
    // The random half is 0.5, so it waits three quarters of 5 s. m2 waits behind it.
    expect(heads(outbox)).toEqual(['b: m3 at 30', 'a: m1 at 3850']);
    outbox.done(outbox.heads()[1]?.[0] ?? '');
    expect(heads(outbox)).toEqual(['a: m2 at 20', 'b: m3 at 30']);
  });

  it('continues after a restart', () => {
    const before = open();
    for (let n = 0; n < 12; n++) before.add(`m${n}`, 'a', 'body', n);
    before.done(before.heads()[0]?.[0] ?? '');
    before.failed(before.heads()[0]?.[0] ?? '', 0);
    const after = open();
    expect(after.heads()).toEqual(before.heads());
    after.add('last', 'a', '', 99);
    const order: string[] = [];
    for (let head = after.heads()[0]; head !== undefined; head = after.heads()[0]) {
      order.push(head[1].id);
      after.done(head[0]);
    }
    expect(order.at(0)).toBe('m1');
    expect(order.at(-2)).toBe('m11');
    expect(order.at(-1)).toBe('last');
  });

  it('gives up after MAX_TRIES attempts', () => {
    const outbox = open();
    outbox.add('m', 'a', '', 0);
    const [key = ''] = outbox.heads()[0] ?? [];
    let tries = 1;
    while (outbox.failed(key, 0)) tries++;
    expect(tries).toBe(MAX_TRIES);
    expect(outbox.heads()).toEqual([]);
  });

  it('gives up on a message that is too old', () => {
    const outbox = open();
    outbox.add('m', 'a', '', 0);
    const [key = ''] = outbox.heads()[0] ?? [];
    expect(outbox.failed(key, MAX_AGE_MS - 1)).toBe(true);
    expect(outbox.failed(key, MAX_AGE_MS)).toBe(false);
  });

  it('tries again immediately when the clock was set back by an hour', () => {
    const outbox = open();
    outbox.add('m', 'a', '', 3_600_000);
    outbox.failed(outbox.heads()[0]?.[0] ?? '', 3_600_000);
    expect(outbox.nextAt(3_600_000)).toBe(3_603_750);
    expect(outbox.due(3_600_000)).toBeUndefined();
    expect(outbox.nextAt(1_000)).toBe(1_000);
    expect(outbox.due(1_000)?.[1].id).toBe('m');
  });

  it('drops the oldest messages of a webhook beyond MAX_WAITING', () => {
    const outbox = open();
    outbox.add('other', 'b', '', 0);
    for (let n = 0; n < MAX_WAITING + 3; n++) outbox.add(`m${n}`, 'a', '', n);
    expect(heads(outbox)).toEqual(['b: other at 0', 'a: m3 at 3']);
    expect([...kv.list()].length).toBe(MAX_WAITING + 1);
  });
});

describe('backoff', () => {
  it.each([
    [1, 2_500, 5_000],
    [2, 5_000, 10_000],
    [3, 10_000, 20_000],
    [8, 320_000, 640_000],
    // Doubling again would give 1,280 s, above the maximum of 900 s.
    [9, 450_000, 900_000],
    [19, 450_000, 900_000],
  ])('after %i failures, waits between %i and %i ms', (failures, least, most) => {
    expect(backoff(failures, () => 0)).toBe(least);
    expect(backoff(failures, () => 0.999_999_9)).toBe(most);
  });

  it('adds up to at most about three hours', () => {
    let whole = 0;
    for (let failures = 1; failures < MAX_TRIES; failures++) whole += backoff(failures, () => 1);
    expect(whole / 3_600_000).toBeCloseTo(3.1, 1);
  });
});
