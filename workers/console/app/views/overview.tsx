import type { PublicationInfo, VersionInfo } from '../../../../shared/contracts/history.ts';
import type { Status } from '../../../../shared/contracts/status.ts';
import { concernsOf, sinceText } from '../../../../shared/display/attention.ts';
import { ms, percent, short, whole } from '../../../../shared/display/format.ts';
import { ask, rowsOf } from '../data/api.ts';
import type { Place } from '../data/use_place.ts';
import { usePoll } from '../data/use_poll.ts';
import { useStanding } from '../data/use_standing.ts';
import { balancerFigures } from '../lib/queries.ts';
import { rangeOf } from '../lib/range.ts';
import { shownBalancer } from '../lib/shown_balancer.ts';
import { StateMark } from '../parts/state_mark.tsx';
import { Table } from '../parts/table.tsx';
import { BalancerPanel } from './balancer_panel.tsx';

/** What a load balancer did in a range. */
export interface Figures {
  balancer: string;
  requests: number;
  failed: number;
  retried: number;
  by_fallback: number;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
}

const POLL_MS = 5_000;

/** The first view: what needs attention, then every load balancer, then the traffic of one. */
export function Overview({ place, status }: { place: Place; status: Status }) {
  const range = rangeOf(place.get('range'));
  const figures = usePoll(`figures ${range.name}`, () => rowsOf<Figures>(balancerFigures(range)), POLL_MS);
  const changes = usePoll(
    'changes',
    async () => ({
      publication: await ask<PublicationInfo>('/api/config/publication'),
      versions: (await ask<{ versions: VersionInfo[] }>('/api/config/versions?limit=100')).versions,
    }),
    POLL_MS,
  );
  const now_ms = Date.parse(status.generated_at);
  const concerns = concernsOf(status, changes.value?.publication, figures.value ?? []);
  const wanted = place.get('balancer');
  const balancer = shownBalancer(status.balancers, wanted, figures.value ?? []);
  const chosen = balancer?.id;
  const standing = useStanding(balancer === undefined ? [] : [balancer]);
  const byId = new Map(figures.value?.map((one) => [one.balancer, one]));
  return (
    <>
      <Table
        caption={concerns.length === 0 ? 'Nothing needs attention' : `Needs attention: ${concerns.length}`}
        columns={[
          { title: 'what', cell: ({ what }) => <b>{what}</b> },
          { title: 'state', cell: ({ state }) => <StateMark state={state} /> },
          { title: 'why', cell: ({ why }) => why },
          { title: 'for', cell: (concern) => sinceText(concern, now_ms) },
        ]}
        rows={concerns}
        keyOf={({ what, state }) => `${what} ${state}`}
        empty="Every origin can serve, and the newest configuration is in force."
      />
      <Table
        caption={`Load balancers, last ${range.label}`}
        columns={[
          {
            title: 'load balancer',
            cell: ({ id }) => (
              <a href={place.href({ balancer: id })} aria-current={id === chosen ? 'true' : undefined}>
                {id}
              </a>
            ),
          },
          { title: 'strategy', cell: ({ steering_policy }) => steering_policy },
          {
            title: 'requests/s',
            number: true,
            cell: ({ id }) => short((byId.get(id)?.requests ?? 0) / range.span_s),
          },
          {
            title: 'failed',
            number: true,
            cell: ({ id }) => percent(byId.get(id)?.failed ?? 0, byId.get(id)?.requests ?? 0),
          },
          {
            title: 'retried',
            number: true,
            cell: ({ id }) => percent(byId.get(id)?.retried ?? 0, byId.get(id)?.requests ?? 0),
          },
          { title: 'by fallback', number: true, cell: ({ id }) => whole(byId.get(id)?.by_fallback ?? 0) },
          { title: 'p50', number: true, cell: ({ id }) => ms(byId.get(id)?.p50_ms) },
          { title: 'p95', number: true, cell: ({ id }) => ms(byId.get(id)?.p95_ms) },
          { title: 'p99', number: true, cell: ({ id }) => ms(byId.get(id)?.p99_ms) },
        ]}
        rows={[...status.balancers].sort(
          (a, b) => (byId.get(b.id)?.failed ?? 0) - (byId.get(a.id)?.failed ?? 0),
        )}
        keyOf={({ id }) => id}
        empty="The configuration has no load balancer."
      />
      {figures.error !== undefined && <p class="notice">Traffic is not known: {figures.error}</p>}
      {wanted !== null && balancer?.id !== wanted && (
        <p class="notice">The configuration has no load balancer {wanted}.</p>
      )}
      {balancer !== undefined && (
        <BalancerPanel
          {...{ balancer, range }}
          now_s={now_ms / 1_000}
          versions={changes.value?.versions ?? []}
          standing={standing.value}
        />
      )}
    </>
  );
}
