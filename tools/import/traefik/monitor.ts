import type { FileMonitor } from '../../../shared/authoring/schema.ts';
import { durationMs, fitted } from '../parts/time.ts';
import type { Place } from '../tree/tree.ts';

/** Traefik: every 30 s, one failure is down, one success is up, and any status from 200 to 399. */
export function monitorOf(check: Place, id: string, scheme: 'http' | 'https'): FileMonitor {
  const method = (check.at('method').text ?? 'GET').toUpperCase();
  const path = check.at('path').text ?? '/';
  const status = check.at('status').number;
  const host = check.at('hostname').text;
  const own_scheme = check.at('scheme').text;
  const monitor: FileMonitor = {
    id,
    type: own_scheme === 'https' || own_scheme === 'http' ? own_scheme : scheme,
    method: method === 'HEAD' || method === 'OPTIONS' || method === 'POST' ? method : 'GET',
    path: /^\/[^#\s]*$/.test(path) ? path : '/',
    interval: fitted((durationMs(check.at('interval').text ?? '30s', 's') ?? 30_000) / 1_000, 5, 3_600).value,
    timeout: fitted((durationMs(check.at('timeout').text ?? '5s', 's') ?? 5_000) / 1_000, 1, 60).value,
    retries: 0,
    consecutive_down: 1,
    consecutive_up: 1,
    expected_codes:
      status !== undefined && status >= 200 && status <= 599 ? `${Math.round(status)}` : '200-399',
    follow_redirects: check.at('followRedirects').value !== false,
    ...portOf(check.at('port').number),
    ...(host === undefined || /[^\x20-\x7e]/.test(host) ? {} : { header: { Host: [host] } }),
  };
  check.taken();
  check.at('interval').approximated('whole seconds, at least 5');
  check.at('timeout').approximated('whole seconds, at least 1');
  check.at('unhealthyInterval').approximated('the monitor has one interval');
  check.at('headers').none('write them as `header` of the monitor');
  if (check.at('mode').text === 'grpc') check.at('mode').none('a probe is http, https or tcp');
  return monitor;
}

function portOf(port: number | undefined): { port?: number } {
  return port !== undefined && Number.isInteger(port) && port > 0 && port <= 65_535 ? { port } : {};
}
