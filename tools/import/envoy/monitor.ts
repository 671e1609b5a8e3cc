import type { FileMonitor } from '../../../shared/authoring/schema.ts';
import { fitted } from '../parts/time.ts';
import type { Place } from '../tree/tree.ts';
import { secondsOf } from './duration.ts';

/** The monitor of a cluster: its first health check. */
export function monitorOf(checks: Place, id: string, scheme: 'http' | 'https'): FileMonitor | undefined {
  const [check, ...others] = checks.parts();
  if (check === undefined) return undefined;
  for (const other of others) other.none('write a monitor group (`monitor_groups`)');
  const http = check.at('http_health_check');
  const tcp = check.at('tcp_health_check');
  const port = check.at('alt_port').number;
  const shared = {
    id,
    interval: fitted(secondsOf(check.at('interval')) ?? 60, 5, 3_600).value,
    timeout: fitted(secondsOf(check.at('timeout')) ?? 5, 1, 60).value,
    retries: 0,
    consecutive_down: fitted(check.at('unhealthy_threshold').number ?? 2, 1, 100).value,
    consecutive_up: fitted(check.at('healthy_threshold').number ?? 2, 1, 100).value,
  };
  const has_port = port !== undefined && Number.isInteger(port) && port > 0 && port <= 65_535;
  if (!http.exists && !(tcp.exists && has_port)) {
    check.none(
      tcp.exists
        ? 'a tcp monitor needs a port: write it, with `type` "tcp"'
        : 'a probe is http, https or tcp',
    );
    return undefined;
  }
  check.at('interval').approximated('whole seconds, at least 5');
  check.at('timeout').approximated('whole seconds, at least 1');
  for (const field of ['unhealthy_threshold', 'healthy_threshold', 'alt_port']) check.at(field).taken();
  for (const field of [
    'no_traffic_interval',
    'interval_jitter',
    'interval_jitter_percent',
    'unhealthy_interval',
    'unhealthy_edge_interval',
    'healthy_edge_interval',
    'initial_jitter',
    'no_traffic_healthy_interval',
  ])
    check.at(field).approximated('the monitor has one interval');
  if (!http.exists) {
    tcp.approximated('it connects, and sends nothing');
    return { ...shared, type: 'tcp', port: port ?? 0 };
  }
  return { ...shared, type: scheme, ...(has_port ? { port } : {}), ...requestOf(http) };
}

function requestOf(http: Place): Omit<FileMonitor, 'id'> {
  const path = http.at('path').text ?? '/';
  const host = http.at('host').text ?? '';
  const method = (http.at('method').text ?? 'GET').toUpperCase();
  // The end of a range does not belong to it.
  const ranges = http
    .at('expected_statuses')
    .parts()
    .map((range) => [range.at('start').number ?? 0, (range.at('end').number ?? 0) - 1] as const);
  const are_codes =
    ranges.length > 0 &&
    ranges.every(
      ([from, to]) =>
        Number.isInteger(from) && Number.isInteger(to) && from >= 200 && to <= 599 && from <= to,
    );
  for (const field of ['path', 'host', 'method']) http.at(field).taken();
  if (are_codes) http.at('expected_statuses').taken();
  else http.at('expected_statuses').none('codes from 200 to 599; 200 instead');
  for (const rest of http.rest())
    rest.none('a probe is one request; see `header` and `expected_body` of the monitor');
  return {
    method: method === 'HEAD' || method === 'OPTIONS' || method === 'POST' ? method : 'GET',
    path: /^\/[^#\s]*$/.test(path) ? path : '/',
    expected_codes: are_codes
      ? ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
      : '200',
    ...(host === '' || /[^\x20-\x7e]/.test(host) ? {} : { header: { Host: [host] } }),
  };
}
