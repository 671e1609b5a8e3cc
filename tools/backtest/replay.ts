import type { FactName } from '../../shared/contracts/facts.ts';
import type { ConfigDocument, Origin } from '../../shared/model/config.ts';
import { observe, observes } from '../../workers/gateway/selection/settlers/observe.ts';
import { settle } from '../../workers/gateway/selection/settlers/settle.ts';
import { settlerOf } from '../../workers/gateway/selection/settlers/settlers.ts';
import { newLoads } from '../../workers/gateway/state/load/loads.ts';
import { Draws } from '../../workers/selector/draws.ts';
import type { Strategies } from '../../workers/selector/plan.ts';
import { select } from '../../workers/selector/select.ts';
import { randomOf } from '../project/random.ts';
import { Agenda } from '../simulate/agenda.ts';
import { ClientMoves } from './client_moves.ts';
import { factsOf, isRecorded, type Recorded } from './recorded.ts';
import { figuresOf, type OriginFigures, sitesOf, weightOf } from './sites.ts';
import { Times } from './times.ts';

export interface ReplayOptions {
  /** The recorded requests, in the order of time. */
  rows: readonly Recorded[];
  config: ConfigDocument;
  strategies: Strategies;
  seed: number;
  /** Most decisions. With more requests, each decision stands for several. Default: {@link MAX_DECISIONS}. */
  max_decisions?: number;
  /** Real time in milliseconds, for `decisions_per_s`. */
  clock: () => number;
}

/** The result of a replay. Numbers of requests are weighted. */
export interface Replay {
  requests: number;
  /** Rows that stand for these requests. */
  rows: number;
  decisions: number;
  /** Requests that were left out because the configuration lacks their load balancer. */
  skipped_requests: number;
  /** Requests for which there was no origin. */
  unserved_requests: number;
  /** Requests that go to another origin than the recorded one, which is the last origin tried. */
  moved_requests: number;
  /** Known clients. */
  clients: number;
  /** Clients of which most requests go to another origin than recorded. */
  moved_clients: number;
  /** Requests without a known client. */
  anonymous_requests: number;
  /** Share of requests that would move if both choices were drawn independently. A sticky strategy moves far fewer. */
  moved_by_chance: number;
  /** Requests by the strategy that ranked them when they were recorded, largest first. */
  observed_under: Record<string, number>;
  /** Facts that strategies read and traffic does not record. */
  missing_facts: FactName[];
  decisions_per_s: number;
  /** The configured origins, then those that are only in the traffic. */
  origins: OriginFigures[];
  all: OriginFigures;
}

const MAX_DECISIONS = 500_000;

/**
 * Decides recorded requests again in virtual time, with one isolate of the shipped selector and gateway. Each request gets
 * a recorded answer of its new origin, drawn by weight, and stays in flight as long as that answer took. A row that stands
 * for several requests is decided as many times, at random moments of its second.
 */
export function replay({
  rows,
  config,
  strategies,
  seed,
  max_decisions = MAX_DECISIONS,
  clock,
}: ReplayOptions): Replay {
  const balancers = new Set(config.config.balancers.map(({ id }) => id));
  const known = rows.filter(({ balancer }) => balancers.has(balancer));
  const configured = new Map<string, Origin>(
    Object.values(config.config.pools).flatMap(({ origins }) => origins.map((origin) => [origin.id, origin])),
  );
  const sites = sitesOf(known, configured.keys());
  const anyone = new Times(sites.flatMap(({ times }) => times.observations));
  const site_of = new Map(sites.map((site) => [site.origin, site]));

  const agenda = new Agenda();
  const start = known[0]?.at ?? 0;
  const now = () => start + agenda.now;
  const random = {
    choice: randomOf(seed, 'choice'),
    time: randomOf(seed, 'time'),
    arrival: randomOf(seed, 'arrival'),
  };
  const draws = new Draws(random.choice, undefined, now);
  const loads = newLoads(now, random.choice);
  const vary = new Map<string, readonly FactName[]>();
  const clients = new ClientMoves();
  let [moved, unserved] = [0, 0];

  const ask = (row: Recorded) => {
    const { balancer } = row;
    const selectWith = (extra: readonly FactName[]) => {
      const question = {
        balancer,
        facts: factsOf(row, extra),
        want: 1,
        config_version: config.version,
        health_version: 0,
      };
      return select(config, undefined, question, draws, now(), strategies);
    };
    const told = vary.get(balancer);
    const answer = selectWith(told ?? []);
    if (told !== undefined) return answer;
    vary.set(balancer, answer.vary);
    return answer.rankings.length > 0 ? answer : selectWith(answer.vary);
  };

  const decide = (row: Recorded, weight: number) => {
    const [ranking] = ask(row).rankings;
    const ranked = ranking?.origins.flatMap((id) => configured.get(id) ?? []) ?? [];
    const origin = ranking && settle(ranking, ranked, loads)[0];
    const site = origin && site_of.get(origin.id);
    if (ranking === undefined || origin === undefined || site === undefined) {
      unserved += weight;
      return;
    }
    site.replayed += weight;
    if (row.origin !== '') {
      if (row.origin !== origin.id) moved += weight;
      if (row.client !== 0) {
        const client = `${row.balancer} ${row.client}`;
        clients.before(client, row.origin, weight);
        clients.after(client, origin.id, weight);
      }
    }
    const index = site.times.draw(random.time);
    if (index !== undefined) site.drawn[index] = (site.drawn[index] ?? 0) + weight;
    const answer =
      index === undefined
        ? anyone.observations[anyone.draw(random.time) ?? -1]
        : site.times.observations[index];
    const { first_byte_ms = 0, held_ms = 0 } = answer ?? {};
    agenda.after(held_ms, loads.inflight.begin(origin.id));
    // Recorded traffic has no load reports.
    if (observes(ranking) && !settlerOf(ranking).wants_report)
      agenda.after(first_byte_ms, () =>
        observe(ranking, { origin: origin.id, first_byte_ms, failed: false }, loads),
      );
  };

  const arrivals = arrivalsOf(known, max_decisions, random.arrival);
  const arrive = (place: number) => {
    const arrival = arrivals[place];
    if (arrival === undefined) return;
    decide(arrival.row, arrival.weight);
    const next = arrivals[place + 1];
    if (next !== undefined) agenda.after(Math.max(0, next.at - now()), () => arrive(place + 1));
  };
  const first = arrivals[0];
  const began = clock();
  if (first !== undefined) agenda.after(first.at - start, () => arrive(0));
  while (agenda.step());
  const real_s = (clock() - began) / 1_000;

  const requests = weightOf(known);
  const share = (part: number) => (requests === 0 ? 0 : part / requests);
  return {
    requests,
    rows: known.length,
    decisions: arrivals.length,
    skipped_requests: weightOf(rows) - requests,
    unserved_requests: unserved,
    moved_requests: moved,
    ...clients.moves,
    anonymous_requests: weightOf(known.filter(({ client }) => client === 0)),
    moved_by_chance:
      requests === 0 ? 0 : 1 - sites.reduce((sum, one) => sum + share(one.observed) * share(one.replayed), 0),
    observed_under: byStrategy(known),
    missing_facts: [...new Set([...vary.values()].flat())].filter((fact) => !isRecorded(fact)),
    decisions_per_s: real_s > 0 ? arrivals.length / real_s : 0,
    origins: sites.map((site) => figuresOf(site.origin, [site])),
    all: figuresOf('all', sites),
  };
}

/** The decisions in the order of time, each with its row and the number of requests that it stands for. */
function arrivalsOf(rows: readonly Recorded[], max: number, random: () => number) {
  const scale = Math.min(1, max / weightOf(rows));
  return rows
    .flatMap((row) => {
      const times = Math.max(1, Math.round(row.weight * scale));
      const weight = row.weight / times;
      return Array.from({ length: times }, () => ({ at: row.at + random() * 1_000, row, weight }));
    })
    .sort((a, b) => a.at - b.at);
}

function byStrategy(rows: readonly Recorded[]): Record<string, number> {
  const requests = new Map<string, number>();
  for (const { strategy, weight } of rows) requests.set(strategy, (requests.get(strategy) ?? 0) + weight);
  return Object.fromEntries([...requests].sort(([, a], [, b]) => b - a));
}
