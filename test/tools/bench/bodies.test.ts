import { expect, it } from 'vitest';
import { BODY_TARGETS, type BodyBenchResult, type BodyTarget } from '../../../tools/bench/bodies.ts';
import { bodyFigures, bodyTable } from '../../../tools/bench/bodies_table.ts';

/** A result with one round of each target. @param cpu CPU time by target */
function result(cpu: Partial<Record<BodyTarget, number>>): BodyBenchResult {
  const rounds = Object.fromEntries(
    BODY_TARGETS.map((target) => [
      target,
      [{ cpu_us: cpu[target], requests: 1, requests_per_s: 1, failed: 0 }],
    ]),
  ) as BodyBenchResult['rounds'];
  return { rounds, pinned: true };
}

const CPU = { read_drip: 100, kept_drip: 150, streamed_drip: 250, unwatched: 40, watched: 60 };

it('compares bodies in 1-byte chunks with a bare Worker, and events with and without an idle timeout', () => {
  expect(bodyFigures(result(CPU)).cpu_ratios.map(({ ratio, met }) => [ratio?.median, met])).toEqual([
    [1.5, true],
    [2.5, false],
    [1.5, true],
  ]);
});

it('reports which aims were met', () => {
  expect(bodyTable(result(CPU))).toMatch(
    /kept \/ bare.* 1\.50 × .*aim 2 ×: met\n.* 2\.50 × .*missed\n.*aim 1\.5 ×: met$/,
  );
});

it('reports that CPU cannot be measured', () => {
  expect(bodyFigures(result({})).cpu_ratios.map(({ ratio, met }) => [ratio, met])).toEqual(
    Array(3).fill([null, null]),
  );
  expect(bodyTable(result({}))).toContain('skipped: needs Linux /proc');
});
