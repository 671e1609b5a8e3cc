import { render } from 'preact';
import type { Status } from '../../../shared/contracts/status.ts';
import { clock } from '../../../shared/display/format.ts';
import { ask } from './data/api.ts';
import { usePlace } from './data/use_place.ts';
import { usePoll } from './data/use_poll.ts';
import { RANGES, rangeOf } from './lib/range.ts';
import './style.css';
import { Explain } from './views/explain.tsx';
import { History } from './views/history.tsx';
import { Overview } from './views/overview.tsx';
import { Pools } from './views/pools.tsx';
import { Sql } from './views/sql.tsx';

const VIEWS = [
  ['overview', 'Overview'],
  ['pools', 'Pools and origins'],
  ['explain', 'Explain'],
  ['sql', 'SQL'],
  ['history', 'History'],
] as const;

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
  const view = place.get('view') ?? 'overview';
  const { value, error } = status;
  return (
    <>
      <header>
        <h1>Plimsoll</h1>
        <nav aria-label="Views">
          {VIEWS.map(([name, title]) => (
            <a key={name} href={place.href({ view: name })} aria-current={view === name ? 'page' : undefined}>
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
      <main>
        {error !== undefined && (
          <p class="notice bad" role="alert">
            The status is not known: {error}
          </p>
        )}
        {value === undefined ? (
          error === undefined && <p class="soft">Loading …</p>
        ) : view === 'pools' ? (
          <Pools
            status={value}
            refresh={status.refresh}
            may_operate={who.value !== undefined && who.value.scope !== 'read'}
          />
        ) : view === 'explain' ? (
          <Explain />
        ) : view === 'sql' ? (
          <Sql place={place} />
        ) : view === 'history' ? (
          <History place={place} may_change={who.value?.scope === 'admin'} refresh={status.refresh} />
        ) : (
          <Overview place={place} status={value} />
        )}
      </main>
    </>
  );
}

async function signOut(): Promise<void> {
  await ask('/api/session', undefined, 'DELETE').catch(() => undefined);
  location.reload();
}

const root = document.querySelector('#app');
if (root !== null) render(<App />, root);
