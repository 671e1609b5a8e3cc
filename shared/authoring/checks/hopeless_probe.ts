import { BODILESS } from '../../http/bodiless.ts';
import { isExpected } from '../../http/expected_codes.ts';
import { type DraftMonitor, type DraftPool, placed } from '../draft.ts';
import { originScheme, type Profile } from '../normalise.ts';
import { error, type Path, type Problem, shown, warning } from '../problem.ts';

/** Cloudflare does not let Workers connect to it. https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/ */
const SMTP_PORT = 25;
/** How much of a body a probe searches for `expected_body` (workers/proxy/probe_http.ts). */
const LOOKED_AT_BYTES = 10_240;
/** Redirects that are followed if they have a location (Fetch standard, section 2.2.6). */
const FOLLOWED = [301, 302, 303, 307, 308];
/** The possible statuses of a final response. */
const STATUSES = Array.from({ length: 400 }, (_, n) => 200 + n);

/** A monitor whose probes can never succeed, so that all its origins would be down. */
export function* hopelessProbe(monitor: DraftMonitor, path: Path, profile: Profile): Generator<Problem> {
  const { type, method, port, expected_body = '', follow_redirects } = monitor;
  const expected_codes = monitor.expected_codes || '2xx';
  if (type === 'tcp') {
    if (port === SMTP_PORT && profile === 'production')
      yield error([...path, 'port'], 'got 25, but the platform opens no connections to it; set another port');
    return;
  }
  const expected = STATUSES.filter((status) => isExpected(status, expected_codes));
  if (expected.length === 0)
    yield error(
      [...path, 'expected_codes'],
      `got ${shown(expected_codes)}, which no response can have; allowed: codes from 200 to 599, ranges from low to high`,
    );
  else if (follow_redirects === true && expected.every((status) => FOLLOWED.includes(status)))
    yield warning(
      [...path, 'expected_codes'],
      'lists only redirects, but `follow_redirects` follows them; list the codes of the final response',
    );
  if (expected_body === '') return;
  if (method === 'HEAD')
    yield error(
      [...path, 'expected_body'],
      'the response to HEAD has no body, so no probe can succeed; use "method": "GET", or leave out `expected_body`',
    );
  else if (expected.length > 0 && expected.every((status) => BODILESS.includes(status)))
    yield error(
      [...path, 'expected_body'],
      `a response with status ${shown(expected_codes)} has no body, so no probe can succeed; leave out \`expected_body\`, or expect other codes`,
    );
  else if (new TextEncoder().encode(expected_body).byteLength > LOOKED_AT_BYTES)
    yield error(
      [...path, 'expected_body'],
      `is longer than the ${LOOKED_AT_BYTES} bytes that a probe searches; shorten it`,
    );
}

/**
 * Origins that a monitor probes on the port of their traffic, but with another protocol. A server that speaks TLS there answers
 * plain HTTP with 400 or not at all, so the origin would never be up.
 * @param monitors of the pool
 */
export function* probePort(
  pool: DraftPool,
  monitors: readonly DraftMonitor[],
  path: Path,
  profile: Profile,
): Generator<Problem> {
  for (const [at, { port, scheme }] of placed(pool.origins, ...path, 'origins')) {
    if (!port || scheme === undefined) continue;
    const traffic = originScheme({ port, scheme }, profile);
    for (const monitor of monitors) {
      const { id, type } = monitor;
      // A monitor without a port uses the origin's.
      if (type === undefined || type === 'tcp' || type === traffic || (monitor.port || port) !== port)
        continue;
      yield warning(
        [...at, 'port'],
        `traffic on ${port} is ${traffic}, but monitor "${id}" probes it with ${type}, which fails; set the ` +
          `monitor's \`type\` to "${traffic}", or its \`port\` to one that speaks ${type}`,
      );
    }
  }
}
