import { sharedQueue, supermarket } from '../closed_form.ts';
import type { Preset, Row } from './preset.ts';
import { type Allowance, type Case, casesFor, meanRow, queues } from './queues.ts';

const SERVERS = 250;
/** Servers of a quick run. With more, it would end before the empty queues of its start are forgotten. */
const QUICK_SERVERS = 100;
const CASES = [
  { load: 0.5, requests: 100_000 },
  { load: 0.7, requests: 150_000 },
  { load: 0.9, requests: 400_000 },
];

/**
 * The formula is the limit for infinitely many origins. With n origins, times are longer by a share that falls as 1/n (Gast
 * & Van Houdt, 'A Refined Mean Field Approximation', 2017). Two choices of 100 are slower by 0.2, 0.3 and 1.3 % at these
 * loads (simulated elsewhere). There is no figure for three choices, so twice that is allowed.
 */
function finite(choices: number, servers: number): Allowance {
  const share = (choices === 2 ? 1.3 : 2.6) / servers;
  return { share, because: `n ${(share * 100).toFixed(1)} %` };
}

/** So few origins that all of them are compared. */
const FEW = 10;

/** The least busy of a few origins drawn at random, by the gateway's own counts. */
export const choices_preset: Preset = {
  name: 'choices',
  title: `the least busy of two or three out of ${SERVERS}, and of all of ${FEW}`,
  run({ measure, quick }) {
    const servers = quick ? QUICK_SERVERS : SERVERS;
    const cases = casesFor(quick, CASES);
    const of = (choices: number, of_servers: number, { load, requests }: Case) => {
      const scenario = queues({ servers: of_servers, load, requests });
      return measure(scenario, { policy: 'power_of_two', options: { choices } });
    };
    const few = [2, 3].flatMap((choices) =>
      cases.map((one) => {
        const figures = of(choices, servers, one);
        const known = supermarket(one.load, choices);
        const what = `${choices} choices, load ${one.load}, mean`;
        return meanRow(what, figures, known, 'supermarket model', finite(choices, servers));
      }),
    );
    const all = cases.map((one): Row => {
      const known = sharedQueue(one.load, FEW);
      const row = meanRow(
        `all of ${FEW}, load ${one.load}, mean`,
        of(FEW, FEW, one),
        known,
        'one shared queue',
      );
      return { ...row, relation: 'at least' };
    });
    return [...few, ...all];
  },
};
