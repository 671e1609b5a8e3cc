import { useState } from 'preact/hooks';
import type { Filters } from '../../../../../shared/analytics/tail/tail_query.ts';
import type { Status } from '../../../../../shared/contracts/status.ts';
import type { Place } from '../../data/use_place.ts';
import { Choice } from '../../parts/choice.tsx';
import { Lines } from './lines.tsx';

const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'];

/** The last requests as they come. The filters are in the URL. */
export function Tail({ place, status }: { place: Place; status: Status }) {
  const filters = filtersOf(place);
  const [paused, setPaused] = useState(false);
  const pools = [...new Set(status.balancers.flatMap((one) => one.pools.map(({ id }) => id)))];
  const origins = [
    ...new Set(
      status.balancers.flatMap((one) => one.pools.flatMap((pool) => pool.origins.map(({ id }) => id))),
    ),
  ];
  const choose = (name: string) => (value: string) => place.go({ [name]: value === '' ? null : value });
  return (
    <>
      <div class="bar" role="toolbar" aria-label="Filters">
        <Choice
          label="Load balancer"
          value={filters.balancer}
          options={status.balancers.map(({ id }) => id)}
          onChoose={choose('balancer')}
        />
        <Choice label="Pool" value={filters.pool} options={pools} onChoose={choose('pool')} />
        <Choice label="Origin" value={filters.origin} options={origins} onChoose={choose('origin')} />
        <Choice label="Status" value={filters.status} options={CLASSES} onChoose={choose('status')} />
        <label>
          Country{' '}
          <input
            size={3}
            maxLength={2}
            value={filters.country ?? ''}
            onChange={(event) => choose('country')(event.currentTarget.value.toUpperCase())}
          />
        </label>
        <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          Pause
        </button>
      </div>
      {/* Other filters begin anew, also if an answer to the old ones is under way. */}
      <Lines key={JSON.stringify(filters)} {...{ place, filters, paused }} />
    </>
  );
}

function filtersOf(place: Place): Filters {
  const names = ['balancer', 'pool', 'origin', 'status', 'country'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = place.get(name);
      return value === null || value === '' ? [] : [[name, value]];
    }),
  );
}
