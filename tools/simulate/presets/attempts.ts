import { answeredInTime, meanInTime, mm1 } from '../closed_form.ts';
import type { ScenarioFile } from '../scenario.ts';
import type { Preset, Row } from './preset.ts';
import { MANY_ISOLATES, meanRow, queues } from './queues.ts';

/** One case in a thousand lies beyond this many standard deviations. */
const SIGMAS = 3.29;

/** The deadline, in mean service times. */
const DEADLINE = 1;
const REQUESTS = 200_000;

const SERVERS = 10;
const LOAD = 0.5;
/** The deadline of requests in queues, in mean times in the system: 1 / e of the requests exceed it. */
const QUEUE_DEADLINE = 1;
/**
 * Successive requests wait in the same queue, so they carry less information than independent ones. The length of an M/M/1
 * queue, watched for a mean service time, carries as much as 1/12 of an independent draw: the factor is
 * 2 (1 + load) / (1 - load)^2 (Whitt, 'Planning Queueing Simulations', 1989). Half a request arrives in that time, so the
 * factor is 6 for each request. This is twice that.
 */
const CORRELATION = 12;

function shareRow(what: string, ours: number, known: number, counted: number, because: string): Row {
  const tolerance = SIGMAS * Math.sqrt((known * (1 - known)) / counted);
  return { what, ours, known, source: 'exponential times', relation: 'equal', tolerance, because };
}

/** Requests with a deadline, with one attempt and with several. */
export const attempts_preset: Preset = {
  name: 'attempts',
  title: 'a deadline, with one attempt and with several',
  run({ measure, quick }) {
    const requests = quick ? REQUESTS / 4 : REQUESTS;
    const unlimited = (attempts: number): ScenarioFile => ({
      seed: 1,
      requests,
      arrivals: { poisson_per_s: 1_000 },
      origins: ['a', 'b', 'c'].map((id) => ({ id, service: { exponential_ms: 1 } })),
      timeout_ms: DEADLINE,
      attempts,
    });
    const rows = [1, 2, 3].flatMap((attempts): Row[] => {
      const figures = measure(unlimited(attempts), { policy: 'random' });
      const what = `${attempts} attempt${attempts === 1 ? '' : 's'}, no queue`;
      const known = answeredInTime(DEADLINE, 1, attempts);
      const share = shareRow(`${what}, answered`, figures.success_rate, known, requests, 'binomial');
      if (attempts > 1) return [share];
      return [share, meanRow(`${what}, mean`, figures, meanInTime(DEADLINE), 'exponential times')];
    });
    // An attempt that is given up stays in its queue, so the queue is that of M/M/1. A second attempt would add load.
    const mean = mm1(LOAD);
    const queued = measure(
      queues(
        { servers: SERVERS, load: LOAD, requests },
        { isolates: MANY_ISOLATES, timeout_ms: QUEUE_DEADLINE * mean, attempts: 1 },
      ),
      { policy: 'random' },
    );
    const known = answeredInTime(QUEUE_DEADLINE * mean, mean, 1);
    // One tenth is warm-up.
    const counted = (0.9 * requests) / CORRELATION;
    const what = `1 attempt, load ${LOAD}, answered`;
    rows.push({ ...shareRow(what, queued.success_rate, known, counted, 'binomial × 12'), source: 'M/M/1' });
    return rows;
  },
};
