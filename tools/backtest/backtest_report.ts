import { percent, rounded, textTable } from '../project/text_table.ts';
import type { Replay } from './replay.ts';
import type { OriginFigures } from './sites.ts';
import type { Latency } from './times.ts';

/** The text at the top of a report. */
export interface Heading {
  /** `random among origins`, or `as configured`. */
  strategy: string;
  /** The rows that were read. */
  traffic: string;
  configuration: string;
  seed: number;
}

/** The report of a replay: what was replayed, shares and latencies, and what a replay cannot know. */
export function backtestReport(replay: Replay, { strategy, traffic, configuration, seed }: Heading): string {
  const { requests, moved_requests, moved_by_chance, clients, moved_clients } = replay;
  const { decisions, decisions_per_s } = replay;
  const share = (part: number) => percent(requests === 0 ? 0 : part / requests);
  return [
    `strategy       ${strategy}`,
    `configuration  ${configuration}`,
    `traffic        ${traffic}`,
    `recorded with  ${under(replay)}`,
    '',
    textTable(
      ['origin', 'observed', 'replayed', ...columns('seen'), ...columns('est.')],
      [...replay.origins, replay.all].map((one) => row(one, share)),
    ),
    'times: first byte of good answers, in ms; estimates are drawn from the recorded times of the same origin',
    '',
    `moved: ${count(moved_requests)} of ${count(requests)} requests, ${share(moved_requests)} (independent draws of these shares would move ${percent(moved_by_chance)})`,
    `moved: ${count(moved_clients)} of ${count(clients)} clients, ${percent(clients === 0 ? 0 : moved_clients / clients)} (most of their requests go to another origin)`,
    `run: ${count(decisions)} decisions, ${count(decisions_per_s)} per second, seed ${seed}`,
    '',
    'What this cannot know:',
    ...limits(replay).map((limit) => `- ${limit}`),
  ].join('\n');
}

/** What a replay cannot know, one sentence each: first about this replay, then about every replay. */
export function limits({
  missing_facts,
  skipped_requests,
  unserved_requests,
  anonymous_requests,
  origins,
  requests,
  rows,
}: Replay): string[] {
  const blind = origins.filter(({ estimated, replayed_requests }) => !estimated && replayed_requests > 0);
  return [
    ...(missing_facts.length > 0
      ? [
          `The configuration reads ${missing_facts.join(', ')}, which traffic does not record. The replay leaves these facts empty.`,
        ]
      : []),
    ...(skipped_requests > 0
      ? [
          `${count(skipped_requests)} more requests belong to load balancers that the configuration does not have.`,
        ]
      : []),
    ...(unserved_requests > 0
      ? [`${count(unserved_requests)} of ${count(requests)} requests have no origin to choose.`]
      : []),
    ...(anonymous_requests > 0
      ? [
          `${count(anonymous_requests)} of ${count(requests)} requests have no known client and do not count as clients.`,
        ]
      : []),
    ...(blind.length > 0
      ? [
          `There is no good answer of ${blind.map(({ origin }) => origin).join(', ')}, so the estimate for "all" is without it.`,
        ]
      : []),
    ...(requests > rows
      ? [
          `The ${count(requests)} requests are known from ${count(rows)} rows. A row that stands for several is replayed as often, with the same client and path. Clients without a row do not count.`,
        ]
      : []),
    'How an origin reacts to more or less load: its times are drawn from all its recorded times in the span.',
    'Failures and failover: every origin is up, and the first choice serves. Past health is not replayed.',
    'The address of a client: a number stands for it. A hash keeps a client on one origin, but not on the origin of production.',
    'The whole request: headers, cookies and query are not recorded, and regions come from countries, so the west of the US and of Canada is missing.',
    'Many isolates: one isolate decides everything here and sees all requests in flight.',
    'The moment within a second: it is random.',
  ];
}

function under({ observed_under, requests }: Replay): string {
  return Object.entries(observed_under)
    .map(([strategy, part]) => `${strategy || 'none'} ${percent(part / requests)}`)
    .join(', ');
}

function columns(prefix: string): string[] {
  return ['mean', 'p50', 'p95', 'p99'].map((figure) => `${prefix} ${figure}`);
}

function row(one: OriginFigures, share: (part: number) => string): string[] {
  return [
    one.origin,
    share(one.observed_requests),
    share(one.replayed_requests),
    ...cells(one.observed),
    ...cells(one.estimated),
  ];
}

function cells(latency: Latency | undefined): string[] {
  if (latency === undefined) return ['-', '-', '-', '-'];
  const { mean_ms, p50_ms, p95_ms, p99_ms } = latency;
  return [mean_ms, p50_ms, p95_ms, p99_ms].map(rounded);
}

function count(requests: number): string {
  return Math.round(requests).toLocaleString('en-US');
}
