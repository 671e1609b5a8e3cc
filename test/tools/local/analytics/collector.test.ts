import { describe, expect, it } from 'vitest';
import { Collector, type CollectorPorts } from '../../../../tools/local/analytics/collector.ts';

function setUp(changes: Partial<CollectorPorts> = {}) {
  const sent: string[] = [];
  const failures: number[] = [];
  const clock = { ms: 0 };
  let wake: () => void = () => {};
  const ports: CollectorPorts = {
    send: async (body) => void sent.push(body),
    sleep: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    now: () => clock.ms,
    failed: (points) => void failures.push(points),
    ...changes,
  };
  return { collector: new Collector(), ports, sent, failures, clock, wake: () => wake() };
}

describe('Collector', () => {
  it('lets the first invocation of a batch send it, and the others only leave their points', async () => {
    const { collector, ports, sent, wake } = setUp();
    const sending = collector.add('a', ports);
    expect(sending).toBeInstanceOf(Promise);
    expect(collector.add('b', ports)).toBeUndefined();
    expect(collector.add('c', ports)).toBeUndefined();
    wake();
    await sending;
    expect(sent).toEqual(['a\nb\nc']);
  });

  it('begins a new batch while the last one is on its way', async () => {
    let arrive: () => void = () => {};
    const { collector, ports, sent, wake } = setUp();
    const slow = {
      ...ports,
      send: (body: string) =>
        new Promise<void>((resolve) => {
          sent.push(body);
          arrive = resolve;
        }),
    };
    const first = collector.add('a', slow);
    wake();
    await Promise.resolve();
    await Promise.resolve();
    expect(sent).toEqual(['a']);
    const second = collector.add('b', ports);
    expect(second).toBeInstanceOf(Promise);
    wake();
    await second;
    arrive();
    await first;
    expect(sent).toEqual(['a', 'b']);
  });

  it('never rejects without the SQL API, and sends the next batch', async () => {
    const { collector, ports, sent, failures, wake } = setUp();
    const away = { ...ports, send: () => Promise.reject(new Error('refused')) };
    const first = collector.add('a', away);
    wake();
    await expect(first).resolves.toBeUndefined();
    expect(failures).toEqual([1]);
    const second = collector.add('b', ports);
    wake();
    await second;
    expect(sent).toEqual(['b']);
  });

  it('lets another invocation send if the first was cancelled', async () => {
    const { collector, ports, sent, clock, wake } = setUp();
    void collector.add('a', ports);
    clock.ms = 2_000;
    const second = collector.add('b', ports);
    wake();
    await second;
    expect(sent).toEqual(['a\nb']);
  });
});
