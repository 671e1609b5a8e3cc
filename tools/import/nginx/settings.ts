import type { FileBalancer } from '../../../shared/authoring/schema.ts';
import { parseRange } from '../../../shared/ip/range.ts';
import type { Notes } from '../output/notes.ts';
import { durationMs, fitted } from '../parts/time.ts';
import type { Ledger } from '../report/ledger.ts';
import { inForce, lastInForce, type Scope } from './scope.ts';
import type { Statement } from './statement.ts';

/** After 100 s Cloudflare answers 524. */
const LONGEST_MS = 100_000;

type Settings = Pick<FileBalancer, 'timeouts' | 'retry' | 'trusted_proxies'>;

interface Facts {
  /** Of the pool that serves. */
  servers: number;
  ledger: Ledger;
  notes: Notes;
}

/** Deadlines and retries of a location, with nginx's defaults. */
export function settingsOf(scope: Scope, { servers, ledger, notes }: Facts): Settings {
  const timeouts = timeoutsOf(scope, ledger);
  const retry = retryOf(scope, servers, ledger);
  notes.add(timeouts, 'nginx: proxy_read_timeout 60s unless set, between two reads.');
  notes.add(
    retry,
    'nginx: proxy_next_upstream error timeout unless set; every server once; POST, PATCH and LOCK never twice.',
  );
  const trusted = trustedProxies(scope, ledger);
  return { timeouts, retry, ...(trusted.length === 0 ? {} : { trusted_proxies: trusted }) };
}

function timeoutsOf(scope: Scope, ledger: Ledger): NonNullable<Settings['timeouts']> {
  const read = lastInForce(scope, 'proxy_read_timeout');
  const read_ms = durationMs(read?.args[0] ?? '60s', 's') ?? 60_000;
  const first = fitted(read_ms, 1, LONGEST_MS);
  const idle = fitted(read_ms, 0, 3_600_000);
  if (first.moved)
    ledger.approximated(read, 'for the first byte at most 100 s, the limit of the platform; then `idle_ms`');
  else ledger.taken(read);
  ledger.approximated(lastInForce(scope, 'proxy_connect_timeout'), 'a part of `first_byte_ms`');
  ledger.approximated(lastInForce(scope, 'proxy_send_timeout'), '`idle_ms` counts both directions');
  const total = lastInForce(scope, 'proxy_next_upstream_timeout');
  const total_ms = durationMs(total?.args[0] ?? '0', 's') ?? 0;
  ledger.approximated(total, '`total_ms` ends the request, nginx only its retries');
  return {
    first_byte_ms: first.value,
    idle_ms: idle.value,
    ...(total_ms > 0 ? { total_ms: fitted(total_ms, 1, LONGEST_MS).value } : {}),
  };
}

const CONDITIONS: Readonly<
  Record<string, readonly ('connect_failure' | 'reset' | 'timeout' | 'cut_short')[]>
> = {
  error: ['connect_failure', 'reset'],
  timeout: ['timeout'],
  invalid_header: ['cut_short'],
};

const MOST_ATTEMPTS = 10;

function retryOf(scope: Scope, servers: number, ledger: Ledger): NonNullable<Settings['retry']> {
  const next = lastInForce(scope, 'proxy_next_upstream');
  const words = next?.args ?? ['error', 'timeout'];
  const tries = lastInForce(scope, 'proxy_next_upstream_tries');
  const wanted = Number(tries?.args[0] ?? 0) || Math.max(1, servers);
  const off = words.includes('off');
  const attempts = off ? 1 : fitted(wanted, 1, MOST_ATTEMPTS).value;
  if (wanted > MOST_ATTEMPTS) ledger.approximated(tries, 'at most 10');
  else ledger.taken(tries);
  ledger.taken(next);
  const on = words.flatMap((word) => CONDITIONS[word] ?? []);
  const statuses = words.flatMap((word) => (/^http_[45]\d\d$/.test(word) ? [Number(word.slice(5))] : []));
  return {
    attempts,
    ...(off ? {} : { on: [...new Set(on)] }),
    ...(statuses.length === 0 ? {} : { on_status: statuses }),
    ...(words.includes('non_idempotent') ? { also_methods: ['POST', 'PATCH', 'LOCK'] } : {}),
  };
}

/** Ranges in private networks name proxies that are not there any more. */
function trustedProxies(scope: Scope, ledger: Ledger): string[] {
  const header = lastInForce(scope, 'real_ip_header');
  const ranges = inForce(scope, 'set_real_ip_from');
  const recursive = lastInForce(scope, 'real_ip_recursive');
  const note = "Cloudflare names the client's address";
  ledger.platform(header, note);
  ledger.platform(recursive, note);
  return ranges.flatMap((each) => {
    const [range = ''] = each.args;
    const is_forwarded = /^x-forwarded-for$/i.test(header?.args[0] ?? '');
    if (!is_forwarded || !isPublicRange(range)) {
      ledger.platform(each, note);
      return [];
    }
    ledger.taken(each, '`trusted_proxies`');
    return [range];
  });
}

function isPublicRange(text: string): boolean {
  return (
    /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]*)(\/\d{1,3})?$/i.test(text) &&
    isRange(text) &&
    !/^(0\.|10\.|127\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|172\.0\.0\.0|f[cd]|fe80|::)/i.test(
      text,
    )
  );
}

function isRange(text: string): boolean {
  return parseRange(text) !== undefined;
}

/** Classifies the headers that a location sends to its origins. @returns the Host that it sends, if it is not the client's */
export function headersOf(scope: Scope, ledger: Ledger): Statement | undefined {
  let host: Statement | undefined;
  for (const each of inForce(scope, 'proxy_set_header')) {
    const [name = ''] = each.args;
    if (/^host$/i.test(name)) host = each;
    else if (/^(x-forwarded-(for|proto|host)|forwarded)$/i.test(name)) ledger.platform(each, 'always sent');
    else if (/^(upgrade|connection|accept-encoding|proxy)$/i.test(name))
      ledger.platform(each, 'connections, WebSockets too');
    else if (/^x-real-ip$/i.test(name)) ledger.none(each, 'read X-Forwarded-For or CF-Connecting-IP');
    else ledger.platform(each, 'request headers: a Transform Rule');
  }
  return host;
}
