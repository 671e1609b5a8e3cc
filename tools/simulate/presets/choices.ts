import { supermarket } from '../closed_form.ts';
import { moreChoices } from './more_choices.ts';
import type { Preset } from './preset.ts';
import { type Allowance, casesFor, meanRow, queues } from './queues.ts';

const SERVERS = 500;
/** Fewer, or a quick run would be over before it has forgotten its start. */
const QUICK_SERVERS = 100;
const CASES = [
  { load: 0.5, requests: 100_000 },
  { load: 0.7, requests: 150_000 },
  { load: 0.9, requests: 400_000 },
];

/**
 * The formula is the limit of infinitely many origins, and fewer are slower by a share that falls as 1/n (Gast & Van
 * Houdt, 'A Refined Mean Field Approximation', 2017). Two choices of 100 are slower by 0.2, 0.3 and 1.3 % at these
 * loads (simulated elsewhere); for three choices there is no figure, and twice that is allowed.
 */
function finite(choices: number, servers: number): Allowance {
  const share = (choices === 2 ? 1.3 : 2.6) / servers;
  return { share, because: `n ${(share * 100).toFixed(1)} %` };
}

/** The shorter of a few queues that are drawn at random, by the gateway's own counts. */
export const choices_preset: Preset = {
  name: 'choices',
  title: `the least busy of two or three out of ${SERVERS}`,
  run({ measure, quick }) {
    const servers = quick ? QUICK_SERVERS : SERVERS;
    return [2, 3].flatMap((choices) =>
      casesFor(quick, CASES).map(({ load, requests }) => {
        const scenario = queues({ servers, load, requests });
        const steering = { policy: 'least_outstanding_requests' };
        const figures = measure(scenario, steering, moreChoices(choices));
        const what = `${choices} choices, load ${load}, mean`;
        const known = supermarket(load, choices);
        return meanRow(what, figures, known, 'supermarket model', finite(choices, servers));
      }),
    );
  },
};
