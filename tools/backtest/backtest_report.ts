import { percent, rounded, textTable } from '../project/text_table.ts';
import type { Replay } from './replay.ts';
import type { OriginFigures } from './sites.ts';
import type { Latency } from './times.ts';

/** What a report says besides figures. */
export interface Heading {
  /** `random among origins`, or that the configuration stands as it is. */
  strategy: string;
  /** What was read, and of how much. */
  traffic: string;
  configuration: string;
  seed: number;
}

/** A replay for people: what was replayed, shares and latencies, and what it cannot know. */
export function backtestReport(replay: Replay, { strategy, traffic, configuration, seed }: Heading): string {
  const { requests, moved_requests, moved_by_chance, clients, moved_clients } = replay;
  const { decisions, decisions_per_s } = replay;
  const share = (part: number) => percent(requests === 0 ? 0 : part / requests);
  return [
    `strategy       ${strategy}`,
    `configuration  ${configuration}`,
    `traffic        ${traffic}`,
    `seen under     ${under(replay)}`,
    '',
    textTable(
      ['origin', 'observed', 'replayed', ...columns('seen'), ...columns('est.')],
      [...replay.origins, replay.all].map((one) => row(one, share)),
    ),
    'times: first byte of good answers, in ms; estimated ones are drawn from those seen of the same origin',
    '',
    `moved: ${count(moved_requests)} of ${count(requests)} requests, ${share(moved_requests)} (two independent draws of these shares: ${percent(moved_by_chance)})`,
    `moved: ${count(moved_clients)} of ${count(clients)} clients, ${percent(clients === 0 ? 0 : moved_clients / clients)} (most of their requests go to another origin)`,
    `run: ${count(decisions)} decisions, ${count(decisions_per_s)} a second, seed ${seed}`,
    '',
    'What this cannot know:',
    ...limits(replay).map((limit) => `- ${limit}`),
  ].join('\n');
}

/** What a replay cannot know, one sentence each: first what is true of this one, then what is true of all. */
export function limits({
  missing_facts,
  skipped_requests,
  unserved_requests,
  anonymous_requests,
  origins,
  requests,
}: Replay): string[] {
  const blind = origins.filter(({ estimated, replayed_requests }) => !estimated && replayed_requests > 0);
  return [
    ...(missing_facts.length > 0
      ? [
          `The configuration reads ${missing_facts.join(', ')}, which traffic does not record: taken as not known.`,
        ]
      : []),
    ...(skipped_requests > 0
      ? [
          `${count(skipped_requests)} more requests are of load balancers that the configuration does not have.`,
        ]
      : []),
    ...(unserved_requests > 0
      ? [`For ${count(unserved_requests)} requests of ${count(requests)} there is no origin to choose.`]
      : []),
    ...(anonymous_requests > 0
      ? [
          `For ${count(anonymous_requests)} requests of ${count(requests)} the client is not known: they are of no client here.`,
        ]
      : []),
    ...(blind.length > 0
      ? [
          `No good answer of ${blind.map(({ origin }) => origin).join(', ')} was seen: "all" is estimated without.`,
        ]
      : []),
    'How an origin reacts to more load, or to less: its times are drawn from all that were seen of it in the span.',
    'Failures and failover: every origin is taken as up, and the first choice serves. Health then is not replayed.',
    'The client: a number stands for its address, so a hash of it keeps a client in one place, but not in the one of production.',
    "The request: headers, cookies and query are not recorded; regions go by the country, without the US' and Canada's west.",
    'Many isolates: one decides everything here and sees all requests in flight.',
    'The moment within a second: it is drawn.',
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
