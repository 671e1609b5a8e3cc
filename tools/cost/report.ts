import { textTable } from '../project/text_table.ts';
import { type Bill, billOf } from './bill.ts';
import { type Delays, delaysOf } from './delays.ts';
import { DAY_S, type Deployment } from './deployment.ts';
import { count, dollars, seconds } from './figures.ts';
import { type Limit, limitsOf, type Plan } from './limits.ts';
import { type Operations, operationsOf } from './operations.ts';
import { BASE_USD, PRICES, PRICES_OF } from './prices.ts';

/** What a deployment does and costs. */
export interface Report {
  plan: Plan;
  deployment: Deployment;
  per_day: Operations;
  delays: Delays;
  bill: Bill;
  /** The one that breaks first at the head. */
  limits: Limit[];
}

export function reportOf(deployment: Deployment, plan: Plan): Report {
  const operations = operationsOf(deployment);
  const entries = Object.entries(operations).map(([name, per_s]) => [name, per_s * DAY_S]);
  return {
    plan,
    deployment,
    per_day: Object.fromEntries(entries) as Operations,
    delays: delaysOf(deployment),
    bill: billOf(operations),
    limits: limitsOf(deployment, operations, plan),
  };
}

/** The report as text: a table by item, and then sentences. */
export function reportText(report: Report): string {
  const table = report.plan === 'free' ? freeTable(report.bill) : paidTable(report.bill);
  return [table, '', ...delayLines(report.delays), ...limitLines(report)].join('\n');
}

function paidTable({ lines, usd }: Bill): string {
  const head = ['item', 'a day', 'a month', 'included', `USD a month (${PRICES_OF})`];
  const rows = lines.map(({ item, a_day, a_month, usd }) => {
    const { name, included } = PRICES[item];
    return [name, count(a_day), count(a_month), count(included), dollars(usd)];
  });
  return textTable(head, [
    ...rows,
    ['the plan', '', '', '', dollars(BASE_USD)],
    ['together', '', '', '', dollars(usd)],
  ]);
}

function freeTable({ lines }: Bill): string {
  const rows = lines.flatMap(({ item, a_day, free_share }) => {
    const { name, free_per_day } = PRICES[item];
    if (free_per_day === undefined || free_share === undefined) return [];
    return [[name, count(a_day), count(free_per_day), free_share <= 1 ? 'fits' : 'too many']];
  });
  return textTable(['item', 'a day', `Free plan (${PRICES_OF})`, ''], rows);
}

function delayLines({ follow_s, steer_by_probes_s, steer_by_traffic_s }: Delays): string[] {
  const follow = `The last isolate follows a change within ${seconds(follow_s)}.`;
  if (steer_by_probes_s === undefined) return [follow, 'Nothing is probed: set `monitor` of a pool.'];
  const by_traffic =
    steer_by_traffic_s === undefined
      ? ''
      : `, and within ${seconds(steer_by_traffic_s)} after one isolate has ejected it`;
  const steer = `The last isolate steers away from a dead origin within ${seconds(steer_by_probes_s)}`;
  return [follow, `${steer}${by_traffic}.`];
}

function limitLines({ limits }: Report): string[] {
  const broken = limits.filter(({ used, limit }) => used > limit);
  if (broken.length > 0) return broken.map((limit) => `Too much: ${limitText(limit)}. ${limit.advice}`);
  const [first] = limits;
  if (first === undefined || first.used === 0) return [];
  const times = count(first.limit / first.used);
  return [`First to break, at ${times} times this size: ${limitText(first)}. ${first.advice}`];
}

/** `requests a second to the coordinator (68.8 of 1K)` */
function limitText({ name, used, limit }: Limit): string {
  return `${name} (${count(used)} of ${count(limit)})`;
}
