import type { FileBalancer } from '../../../shared/authoring/schema.ts';
import type { Notes } from '../output/notes.ts';
import { durationMs, fitted } from '../parts/time.ts';
import type { Ledger } from '../report/ledger.ts';
import type { Settings } from './settings.ts';

/** After 100 s Cloudflare answers 524. */
const LONGEST_MS = 100_000;

type RetryOn = 'connect_failure' | 'reset' | 'timeout' | 'cut_short';

const CONDITIONS: Readonly<Record<string, readonly RetryOn[]>> = {
  'conn-failure': ['connect_failure'],
  'empty-response': ['reset'],
  'junk-response': ['cut_short'],
  'response-timeout': ['timeout'],
  'all-retryable-errors': ['connect_failure', 'reset', 'cut_short', 'timeout'],
};

/** Deadlines and retries of a backend. HAProxy: `retries 3`, after failed connections only. */
export function resilienceOf(
  settings: Settings,
  { ledger, notes }: { ledger: Ledger; notes: Notes },
): Pick<FileBalancer, 'retry' | 'timeouts'> {
  const timeouts = timeoutsOf(settings, ledger);
  const retry = retryOf(settings, ledger);
  notes.add(
    retry,
    'HAProxy: retries 3 unless set, after a failed connection only. Here a retry goes to another origin.',
  );
  return { ...(timeouts === undefined ? {} : { timeouts }), retry };
}

function retryOf(settings: Settings, ledger: Ledger): NonNullable<FileBalancer['retry']> {
  const retries = settings.last('retries');
  const wanted = Number(retries?.words[1] ?? 3);
  const { value: attempts, moved } = fitted(Number.isFinite(wanted) ? wanted + 1 : 4, 1, 10);
  if (moved) ledger.approximated(retries, 'at most 10 attempts');
  else ledger.taken(retries);
  const redispatch = settings.option('redispatch');
  ledger.taken(redispatch, 'a retry always goes to another origin');
  const line = settings.last('retry-on');
  const words = line?.words.slice(1) ?? ['conn-failure'];
  ledger.taken(line);
  const on = [...new Set(words.flatMap((word) => CONDITIONS[word] ?? []))];
  const on_status = words.flatMap((word) => (/^[45]\d\d$/.test(word) ? [Number(word)] : []));
  return { attempts, on, ...(on_status.length === 0 ? {} : { on_status }) };
}

function timeoutsOf(settings: Settings, ledger: Ledger): FileBalancer['timeouts'] {
  const server = settings.last('timeout', 'server');
  const tunnel = settings.last('timeout', 'tunnel');
  ledger.approximated(settings.last('timeout', 'connect'), 'a part of `first_byte_ms`');
  const server_ms = durationMs(server?.words[2] ?? '', 'ms');
  const tunnel_ms = durationMs(tunnel?.words[2] ?? '', 'ms');
  if (server_ms === undefined || server_ms === 0) {
    ledger.none(tunnel, 'set `timeouts.idle_ms`');
    return undefined;
  }
  const first = fitted(server_ms, 1, LONGEST_MS);
  if (first.moved)
    ledger.approximated(
      server,
      'for the first byte at most 100 s, the limit of the platform; then `idle_ms`',
    );
  else ledger.taken(server);
  ledger.approximated(tunnel, '`idle_ms`, of all bodies; at most 1 h');
  return {
    first_byte_ms: first.value,
    idle_ms: fitted(Math.max(server_ms, tunnel_ms ?? 0), 0, 3_600_000).value,
  };
}

/** Session affinity of a backend with a `cookie`. */
export function affinityOf(
  settings: Settings,
  ledger: Ledger,
): Pick<FileBalancer, 'session_affinity' | 'session_affinity_attributes'> {
  const cookie = settings.last('cookie');
  if (cookie === undefined) return {};
  ledger.approximated(
    cookie,
    "Plimsoll's own signed cookie; it lasts 23 h unless `session_affinity_ttl` is set",
  );
  // With redispatch, a session moves to the server that served it.
  const moves = settings.option('redispatch') !== undefined;
  return {
    session_affinity: 'cookie',
    session_affinity_attributes: { zero_downtime_failover: moves ? 'sticky' : 'none' },
  };
}
