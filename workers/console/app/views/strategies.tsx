import type { StrategyList } from '../../../../shared/contracts/scripts.ts';
import type { ScriptFailure, Status } from '../../../../shared/contracts/status.ts';
import { ago, ms, percent, short, whole } from '../../../../shared/display/format.ts';
import { ask, rowsOf } from '../data/api.ts';
import { useChange } from '../data/use_change.ts';
import type { Place } from '../data/use_place.ts';
import { usePoll } from '../data/use_poll.ts';
import { type Decider, decidersOf } from '../lib/deciders.ts';
import { shadowFigures, strategyFigures } from '../lib/queries.ts';
import { rangeOf } from '../lib/range.ts';
import { ChangeNotice } from '../parts/change_notice.tsx';
import { PolicySwitch } from '../parts/policy_switch.tsx';
import { Table } from '../parts/table.tsx';

const POLL_MS = 5_000;

interface Variant {
  balancer: string;
  pool: string;
  strategy: string;
  variant: string;
  requests: number;
  failed: number;
  retried: number;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
}

interface Shadow {
  balancer: string;
  pool: string;
  strategy: string;
  shadow_strategy: string;
  requests: number;
  differs: number;
}

interface Props {
  place: Place;
  status: Status;
  refresh(): void;
  may_change: boolean;
}

/** Live policies, canaries and shadows side by side, and the way to switch. */
export function Strategies({ place, status, refresh, may_change }: Props) {
  const range = rangeOf(place.get('range'));
  const change = useChange(refresh);
  const list = usePoll('strategies', () => ask<StrategyList>('/api/strategies'), 30_000);
  const variants = usePoll(`variants ${range.name}`, () => rowsOf<Variant>(strategyFigures(range)), POLL_MS);
  const shadows = usePoll(`shadows ${range.name}`, () => rowsOf<Shadow>(shadowFigures(range)), POLL_MS);
  const deciders = decidersOf(status);
  const use = (decider: Decider, policy: string) => {
    const target = decider.level === 'balancer' ? { balancer: decider.id } : { target: decider.id };
    return change.send([{ ...target, policy }], `${decider.id} uses ${policy}`, 'version before');
  };
  const totals = new Map<string, number>();
  for (const { balancer, pool, requests } of variants.value ?? [])
    totals.set(`${balancer} ${pool}`, (totals.get(`${balancer} ${pool}`) ?? 0) + requests);
  return (
    <>
      <ChangeNotice change={change} />
      <Table
        caption="Who decides"
        columns={[
          { title: 'decides', cell: ({ id }) => <b>{id}</b> },
          { title: 'about', cell: ({ level }) => (level === 'balancer' ? 'pools' : 'origins') },
          { title: 'live', cell: ({ live }) => live },
          {
            title: 'canary',
            cell: ({ canary }) => (canary === null ? '–' : `${canary.policy}, ${canary.percent} %`),
          },
          { title: 'shadow', cell: ({ shadow }) => shadow ?? '–' },
          { title: 'failed scripts', cell: ({ failures }) => failures.map(failureText).join('; ') },
          ...(may_change
            ? [
                {
                  title: 'switch',
                  cell: (decider: Decider) => (
                    <PolicySwitch
                      decider={decider}
                      list={list.value}
                      onUse={(policy) => void use(decider, policy)}
                    />
                  ),
                },
              ]
            : []),
        ]}
        rows={deciders}
        keyOf={({ level, id }) => `${level} ${id}`}
        empty="The configuration has no load balancer."
      />
      <Table
        caption={`Live and canary, last ${range.label}`}
        columns={[
          { title: 'load balancer', cell: ({ balancer }) => balancer },
          { title: 'pool', cell: ({ pool }) => pool || '–' },
          { title: 'strategy', cell: ({ strategy }) => <b>{strategy}</b> },
          { title: 'variant', cell: ({ variant }) => variant || '–' },
          { title: 'requests', number: true, cell: ({ requests }) => whole(requests) },
          {
            title: 'share',
            number: true,
            cell: ({ balancer, pool, requests }) => percent(requests, totals.get(`${balancer} ${pool}`) ?? 0),
          },
          { title: 'failed', number: true, cell: ({ failed, requests }) => percent(failed, requests) },
          { title: 'retried', number: true, cell: ({ retried, requests }) => percent(retried, requests) },
          { title: 'p50', number: true, cell: ({ p50_ms }) => ms(p50_ms) },
          { title: 'p95', number: true, cell: ({ p95_ms }) => ms(p95_ms) },
          { title: 'p99', number: true, cell: ({ p99_ms }) => ms(p99_ms) },
        ]}
        rows={variants.value ?? []}
        keyOf={({ balancer, pool, strategy, variant }) => `${balancer} ${pool} ${strategy} ${variant}`}
        empty={variants.error ?? 'No requests.'}
      />
      <Table
        caption={`Shadows, last ${range.label}`}
        columns={[
          { title: 'load balancer', cell: ({ balancer }) => balancer },
          { title: 'pool', cell: ({ pool }) => pool },
          { title: 'live', cell: ({ strategy }) => strategy },
          { title: 'shadow', cell: ({ shadow_strategy }) => <b>{shadow_strategy}</b> },
          { title: 'requests', number: true, cell: ({ requests }) => whole(requests) },
          {
            title: 'would go elsewhere',
            number: true,
            cell: ({ differs, requests }) => percent(differs, requests),
          },
        ]}
        rows={shadows.value ?? []}
        keyOf={({ balancer, pool, strategy, shadow_strategy }) =>
          `${balancer} ${pool} ${strategy} ${shadow_strategy}`
        }
        empty={shadows.error ?? 'No shadow was asked.'}
      />
      <Table
        caption="Published scripts"
        columns={[
          { title: 'policy', cell: ({ name }) => <b>script:{name}</b> },
          {
            title: 'published',
            cell: ({ published_at }) => `${ago(published_at, Date.parse(status.generated_at))} ago`,
          },
          { title: 'hash', cell: ({ hash }) => <code>{hash.slice(0, 12)}</code> },
          {
            title: 'used by',
            cell: ({ name }) =>
              deciders
                .filter(({ live, canary, shadow }) =>
                  [live, canary?.policy, shadow].includes(`script:${name}`),
                )
                .map(({ id }) => id)
                .join(', ') || 'nobody',
          },
        ]}
        rows={list.value?.scripts ?? []}
        keyOf={({ name }) => name}
        empty={list.error ?? 'No script is published. `lb strategy publish` publishes one.'}
      />
    </>
  );
}

function failureText({ script, reason, where, requests }: ScriptFailure): string {
  return `${script} ${reason} (${where}), ${short(requests)} requests by random instead`;
}
