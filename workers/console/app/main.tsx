import { render, type VNode } from 'preact';
import type { Status } from '../../../shared/contracts/status.ts';
import { clock } from '../../../shared/display/format.ts';
import { ask } from './data/api.ts';
import { type Place, usePlace } from './data/use_place.ts';
import { usePoll } from './data/use_poll.ts';
import { RANGES, rangeOf } from './lib/range.ts';
import { Guarded } from './parts/guarded.tsx';
import './style.css';
import { Configuration } from './views/configuration/configuration.tsx';
import { Explain } from './views/explain/explain.tsx';
import { Overview } from './views/overview.tsx';
import { Pools } from './views/pools/pools.tsx';
import { Sql } from './views/sql/sql.tsx';
import { Strategies } from './views/strategies.tsx';
import { Tail } from './views/tail/tail.tsx';

/** What every view gets. */
interface Seen {
  place: Place;
  status: Status;
  /** Asks for the status now. */
  refresh(): void;
  /** Undefined: not known yet. */
  scope: string | undefined;
}

const VIEWS: readonly { name: string; title: string; show(seen: Seen): VNode }[] = [
  { name: 'overview', title: 'Overview', show: (seen) => <Overview {...seen} /> },
  {
    name: 'pools',
    title: 'Pools and origins',
    show: (seen) => <Pools {...seen} may_operate={seen.scope !== undefined && seen.scope !== 'read'} />,
  },
  { name: 'explain', title: 'Explain', show: (seen) => <Explain {...seen} /> },
  { name: 'tail', title: 'Live tail', show: (seen) => <Tail {...seen} /> },
  { name: 'sql', title: 'SQL', show: (seen) => <Sql {...seen} /> },
  {
    name: 'strategies',
    title: 'Strategies',
    show: (seen) => <Strategies {...seen} may_change={seen.scope === 'admin'} />,
  },
  {
    name: 'configuration',
    title: 'Configuration',
    show: (seen) => <Configuration {...seen} may_change={seen.scope === 'admin'} />,
  },
];

const POLL_MS = 3_000;

interface WhoAmI {
  author: string;
  scope: string;
}

/** The page: views over the console's API. Where somebody is stands in the URL. */
function App() {
  const place = usePlace();
  const status = usePoll('status', () => ask<Status>('/api/status'), POLL_MS);
  const who = usePoll('who', () => ask<WhoAmI>('/api/whoami'), 60_000);
  const view = VIEWS.find(({ name }) => name === place.get('view')) ?? VIEWS[0];
  const { value, error } = status;
  return (
    <>
      <header>
        <h1>Plimsoll</h1>
        <nav aria-label="Views">
          {VIEWS.map(({ name, title }) => (
            <a
              key={name}
              href={place.href({ view: name })}
              aria-current={view?.name === name ? 'page' : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        <label>
          <span class="hidden">Time range</span>
          <select
            value={rangeOf(place.get('range')).name}
            onChange={(event) => place.go({ range: event.currentTarget.value })}
          >
            {RANGES.map(({ name, label }) => (
              <option key={name} value={name}>
                last {label}
              </option>
            ))}
          </select>
        </label>
        <span class="soft">
          {value !== undefined &&
            `configuration ${value.config.version}, seen at ${clock(Date.parse(value.generated_at) / 1_000, false)}`}{' '}
          {who.value !== undefined && `as ${who.value.author}`}
        </span>
        <button type="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </header>
      <main tabIndex={-1}>
        {error !== undefined && (
          <p class="notice bad" role="alert">
            The status is not known: {error}
          </p>
        )}
        {value !== undefined && (
          <Guarded key={view?.name}>
            {view?.show({ place, status: value, refresh: status.refresh, scope: who.value?.scope })}
          </Guarded>
        )}
        {value === undefined && error === undefined && <p class="soft">Loading …</p>}
      </main>
    </>
  );
}

async function signOut(): Promise<void> {
  await ask('/api/session', undefined, { method: 'DELETE' }).catch(() => undefined);
  // Drafts have secrets, and the next person at this screen may not see them.
  sessionStorage.clear();
  location.reload();
}

const root = document.querySelector('#app');
if (root !== null) render(<App />, root);
