import { billOf } from '../cost/bill.ts';
import { DAY_S, DEFAULTS, type Deployment } from '../cost/deployment.ts';
import { count } from '../cost/figures.ts';
import { operationsOf } from '../cost/operations.ts';
import { PRICES } from '../cost/prices.ts';
import { filledPage } from './filled_page.ts';
import { table } from './scale.ts';

/** The deployment that the Free plan should carry: 80,000 requests a day over 20 warm isolates, 20 origins probed every 60 s. */
const SMALL: Deployment = {
  ...DEFAULTS,
  isolates: 20,
  centres: 4,
  requests_per_s: 80_000 / DAY_S,
  sample: 0.5,
  probing: { own_checks_per_s: 20 / 60, region_checks_per_s: [] },
};

/** docs/deploy.md with its generated table: what a small deployment needs of the Free plan. */
export function deployDocs(): string {
  return filledPage('docs/deploy.md', { plans: plansTable() });
}

function plansTable(): string {
  const own = billOf(operationsOf(SMALL)).lines;
  const workers_dev = billOf(operationsOf({ ...SMALL, cache: false })).lines;
  const rows = own.flatMap(({ item, a_day, free_share }, index) => {
    const { name, free_per_day } = PRICES[item];
    const other = workers_dev[index];
    if (free_per_day === undefined || free_share === undefined || other === undefined) return [];
    return [[name, count(free_per_day), cell(a_day, free_share), cell(other.a_day, other.free_share ?? 0)]];
  });
  const fits = [SMALL, { ...SMALL, cache: false }].map((deployment) => count(requestsThatFit(deployment)));
  return table(
    ['A day', 'Free plan', 'own domain', '`*.workers.dev`'],
    [...rows, ['requests until the first limit', '', ...fits]],
  );
}

/** The most requests a day within all limits, in thousands. */
function requestsThatFit(deployment: Deployment): number {
  const fits = (a_day: number) =>
    billOf(operationsOf({ ...deployment, requests_per_s: a_day / DAY_S })).fits_free;
  let a_day = 0;
  while (fits(a_day + 1_000)) a_day += 1_000;
  return a_day;
}

function cell(a_day: number, free_share: number): string {
  return free_share <= 1 ? count(a_day) : `**${count(a_day)}**`;
}
