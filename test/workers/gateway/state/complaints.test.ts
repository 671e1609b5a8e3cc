import { afterEach, expect, it, vi } from 'vitest';
import { Complaints } from '../../../../workers/gateway/state/complaints.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function start() {
  const log = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const clock = { ms: 1_000_000 };
  return { log, clock, complaints: new Complaints(() => clock.ms) };
}

it('logs each reason once a minute', () => {
  const { log, clock, complaints } = start();
  for (const ms of [0, 1, 59_999]) {
    clock.ms = 1_000_000 + ms;
    complaints.tell('a is gone');
    complaints.tell('b is gone');
  }
  expect(log.mock.calls).toEqual([['a is gone'], ['b is gone']]);
  clock.ms = 1_060_000;
  complaints.tell('a is gone');
  expect(log).toHaveBeenCalledTimes(3);
});

it('logs at most 200 reasons a minute, and goes on after that', () => {
  const { log, clock, complaints } = start();
  for (let i = 0; i < 1_000; i++) complaints.tell(`reason ${i}`);
  expect(log).toHaveBeenCalledTimes(200);
  clock.ms += 60_000;
  complaints.tell('another');
  expect(log).toHaveBeenLastCalledWith('another');
});

it('logs again after the clock was set back', () => {
  const { log, clock, complaints } = start();
  complaints.tell('a is gone');
  clock.ms -= 3_600_000;
  complaints.tell('a is gone');
  expect(log).toHaveBeenCalledTimes(2);
});
