import type { ProbeOrder, ProbeReason } from '../../shared/contracts/carrying.ts';
import { hostAndPort } from '../../shared/http/address.ts';
import { isExpected } from '../../shared/http/expected_codes.ts';
import { poolOf } from '../../shared/model/ids.ts';
import type { Env, Io } from './env.ts';
import { overrideHost } from './host.ts';
import { tryConnect } from './try_connect.ts';

/** Cloudflare's monitors search this much of the body for `expected_body`. */
const LOOKED_AT_BYTES = 10_240;

/** Reasons for the statuses that Cloudflare sends in place of an origin. A 530 is read from its body as well. */
const STATUS_REASONS: Readonly<Record<number, ProbeReason>> = {
  520: 'http_invalid_response',
  521: 'tcp_connection_failed',
  522: 'tcp_timeout',
  523: 'no_route',
  524: 'http_timeout',
  525: 'tls_handshake_failed',
  526: 'tls_untrusted',
  530: 'other',
};

/**
 * Healthy if a response with an expected status, and with the expected text in the first 10 KB of its body, arrives in time.
 * Reads the body only until the text is found, because the response may never end.
 */
export async function probeHttp(
  order: ProbeOrder,
  signal: AbortSignal,
  env: Env,
  io: Io,
): Promise<ProbeOutcome> {
  let request: Request;
  try {
    request = probeRequest(order, signal, env);
  } catch {
    return { reason: 'monitor_config_error', status: 0 };
  }
  let response: Response;
  try {
    response = await io.fetch(request);
  } catch (error) {
    return { reason: await reasonOfError(error, order, signal, io), status: 0 };
  }
  const seen = { status: response.status, answered_at: io.now() };
  try {
    const reason = await reasonOfResponse(response, order);
    return reason === undefined ? seen : { ...seen, reason };
  } catch {
    return { ...seen, reason: signal.aborted ? 'http_timeout' : 'connection_reset' };
  }
}

/** @throws TypeError if the address, path, method or a header is invalid */
function probeRequest(order: ProbeOrder, signal: AbortSignal, env: Env): Request {
  const url = `${order.type}://${hostAndPort(order.address, order.port)}${order.path}`;
  const headers = new Headers(order.headers);
  const target = overrideHost(url, headers.get('host') ?? undefined, env);
  headers.delete('host');
  const where = order.region === undefined ? '' : `; from ${order.region}`;
  headers.set('user-agent', `Plimsoll/0.1 (health monitor; pool ${poolOf(order.origin)}${where})`);
  return new Request(target?.url ?? url, {
    method: order.method,
    headers,
    redirect: order.follow_redirects ? 'follow' : 'manual',
    // A cached response says nothing about the origin.
    cache: 'no-store',
    signal,
    ...(target === undefined ? {} : { cf: target.cf }),
  });
}

/** @returns why the probe failed; undefined: healthy. @throws whatever reading the body throws */
async function reasonOfResponse(response: Response, order: ProbeOrder): Promise<ProbeReason | undefined> {
  if (!isExpected(response.status, order.expected_codes)) {
    const reason = STATUS_REASONS[response.status] ?? 'response_code_mismatch';
    const looked_at = reason === 'other' ? LOOKED_AT_BYTES : 0;
    return (await readStart(response, looked_at, includes('1016'))) ? 'dns_unknown_host' : reason;
  }
  const looked_at = order.expected_body === '' ? 0 : LOOKED_AT_BYTES;
  const found = await readStart(response, looked_at, includes(order.expected_body));
  return found || order.expected_body === '' ? undefined : 'response_body_mismatch';
}

/** The local runtime words all connection errors alike, and DNS like TLS errors. Opening a connection tells them apart. */
async function reasonOfError(
  error: unknown,
  order: ProbeOrder,
  signal: AbortSignal,
  io: Io,
): Promise<ProbeReason> {
  if (signal.aborted) return 'http_timeout';
  const message = error instanceof Error ? error.message : '';
  const lost = message.startsWith('Network connection lost');
  if (!lost && !message.startsWith('internal error')) return 'other';
  const seen = await tryConnect({ hostname: order.address, port: order.port }, signal, io);
  if (seen === 'timeout') return 'tcp_timeout';
  if (seen === 'refused') return lost ? 'tcp_connection_failed' : 'dns_unknown_host';
  if (lost) return 'connection_reset';
  return order.type === 'https' ? 'tls_handshake_failed' : 'other';
}

/** How a probe ended, before its duration is added. */
export interface ProbeOutcome {
  /** Why it failed. Absent: the origin is healthy. */
  reason?: ProbeReason;
  /** HTTP status; 0: there was no response. */
  status: number;
  /** When the response headers arrived or the connection opened, by `io.now()`. Absent: neither happened. */
  answered_at?: number;
}

/**
 * Reads the start of a body as text until `found` returns true. Cancels the rest, so that a response that never ends
 * costs no time. Invalid UTF-8 becomes U+FFFD.
 *
 * @param max_bytes reads at most this much
 * @param found gets the text so far and the index of its first new character; never called with an empty text
 * @returns whether `found` returned true
 * @throws whatever the body throws if it breaks off before
 */
export async function readStart(
  response: Response,
  max_bytes: number,
  found: (text: string, new_from: number) => boolean,
): Promise<boolean> {
  if (response.body === null) return false;
  const reader = response.body.getReader();
  try {
    const decoder = new TextDecoder();
    let text = '';
    for (let left = max_bytes; left > 0; ) {
      const { done, value } = await reader.read();
      const new_from = text.length;
      text += done ? decoder.decode() : decoder.decode(value.subarray(0, left), { stream: true });
      if (text.length > new_from && found(text, new_from)) return true;
      if (done) return false;
      left -= value.byteLength;
    }
    return false;
  } finally {
    // Not awaited, because nothing depends on it.
    reader.cancel().catch(() => undefined);
  }
}

/** Finds a text case-insensitively, for {@link readStart}. Searches only the new part and as many characters before it as the text has. */
export function includes(wanted: string): (text: string, new_from: number) => boolean {
  const needle = wanted.toLowerCase();
  return (text, new_from) =>
    text
      .slice(Math.max(0, new_from - needle.length))
      .toLowerCase()
      .includes(needle);
}
