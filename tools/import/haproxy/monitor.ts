import type { FileMonitor } from '../../../shared/authoring/schema.ts';
import { durationMs, fitted } from '../parts/time.ts';
import type { Ledger } from '../report/ledger.ts';
import type { Line, Option } from './parse.ts';
import type { Server } from './server.ts';
import type { Settings } from './settings.ts';

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST'] as const;
type Method = (typeof METHODS)[number];

/** The monitor of a backend. Undefined: no server is checked. HAProxy: every 2 s, down after 3 failures, up after 2 successes. */
export function monitorOf(
  settings: Settings,
  servers: readonly Server[],
  id: string,
  ledger: Ledger,
): FileMonitor | undefined {
  const checked = servers.filter(({ is_checked }) => is_checked);
  const [first] = checked;
  if (first === undefined) return undefined;
  const option = (key: string) => first.options.find((each) => each.key === key);
  for (const { options } of servers)
    for (const each of options)
      classifyCheck(each, option(each.key), checked.length < servers.length, ledger);
  const check = settings.last('timeout', 'check');
  const inter_ms = durationMs(option('inter')?.value ?? '2s', 'ms') ?? 2_000;
  const timeout_ms = durationMs(check?.words[2] ?? '', 'ms') ?? Math.min(inter_ms, 5_000);
  ledger.approximated(check, 'whole seconds, at least 1');
  const shared = {
    id,
    interval: fitted(inter_ms / 1_000, 5, 3_600).value,
    timeout: fitted(timeout_ms / 1_000, 1, 60).value,
    retries: 0,
    consecutive_down: fitted(Number(option('fall')?.value ?? 3) || 3, 1, 100).value,
    consecutive_up: fitted(Number(option('rise')?.value ?? 2) || 2, 1, 100).value,
  };
  const wanted = Number(option('port')?.value ?? 0);
  const port = Number.isInteger(wanted) && wanted > 0 && wanted <= 65_535 ? wanted : 0;
  const is_secure = first.is_secure || option('check-ssl') !== undefined;
  const scheme = is_secure ? ('https' as const) : ('http' as const);
  const http = settings.option('httpchk');
  if (http !== undefined)
    return { ...shared, type: scheme, ...(port > 0 ? { port } : {}), ...request(settings, http, ledger) };
  const ports = new Set(checked.map((server) => port || server.port));
  const [only = 0] = ports;
  if (ports.size === 1 && only > 0 && only <= 65_535) return { ...shared, type: 'tcp', port: only };
  return { ...shared, type: scheme, method: 'HEAD', path: '/', expected_codes: '200-599' };
}

/** An option of a check. @param own the one that the monitor takes */
function classifyCheck(each: Option, own: Option | undefined, some_unchecked: boolean, ledger: Ledger): void {
  const same = each.value === own?.value;
  switch (each.key) {
    case 'check':
      if (some_unchecked) ledger.approximated(each, 'the monitor checks every origin of the pool');
      else ledger.taken(each);
      return;
    case 'inter':
      if (!same) ledger.approximated(each, 'a pool has one monitor: that of the first checked server');
      else if ((durationMs(each.value, 'ms') ?? 0) >= 5_000) ledger.taken(each);
      else ledger.approximated(each, 'every 5 s, the shortest interval');
      return;
    case 'rise':
    case 'fall':
    case 'port':
      if (same) ledger.taken(each);
      else ledger.approximated(each, 'a pool has one monitor: that of the first checked server');
      return;
    case 'fastinter':
    case 'downinter':
      ledger.approximated(each, 'the monitor has one interval');
  }
}

/** The request of `option httpchk` and `http-check`. HAProxy: `OPTIONS /`, and any status from 200 to 399 is up. */
function request(settings: Settings, http: Line, ledger: Ledger): Omit<FileMonitor, 'id'> {
  const words = http.words.slice(2);
  ledger.taken(http);
  let method = words.length > 1 ? words[0] : undefined;
  let path = words.length > 1 ? words[1] : words[0];
  const header: Record<string, string[]> = {};
  const host = /host:\s*([\w.:-]+)/i.exec(words.slice(2).join(' '))?.[1];
  if (host !== undefined) header['Host'] = [host];
  for (const line of settings.all('http-check', 'send')) {
    ledger.taken(line);
    for (let at = 2; at < line.words.length; at++) {
      const [key, value = '', second = ''] = line.words.slice(at, at + 3);
      if (key === 'meth') method = value;
      else if (key === 'uri') path = value;
      else if (key === 'hdr' && /^[\w-]+$/.test(value) && !/[^\x20-\x7e]/.test(second))
        header[value] = [second];
    }
  }
  const known = METHODS.find((each) => each === method) ?? (method === undefined ? 'OPTIONS' : 'GET');
  return {
    method: known satisfies Method,
    path: path !== undefined && /^\/[^#\s]*$/.test(path) ? path : '/',
    ...(Object.keys(header).length === 0 ? {} : { header }),
    ...expected(settings, known, ledger),
  };
}

function expected(
  settings: Settings,
  method: Method,
  ledger: Ledger,
): Pick<FileMonitor, 'expected_codes' | 'expected_body'> {
  let expected_codes = '200-399';
  let expected_body: string | undefined;
  for (const line of settings.all('http-check')) {
    const [, kind, what, value = ''] = line.words;
    if (kind === 'send') continue;
    const codes = value.replace(/\s+/g, '').split(',');
    if (
      kind === 'expect' &&
      what === 'status' &&
      codes.every((code) => /^[2-5]\d\d(-[2-5]\d\d)?$/.test(code))
    ) {
      expected_codes = codes.join(',');
      ledger.taken(line);
    } else if (kind === 'expect' && what === 'string' && method !== 'HEAD' && value !== '') {
      expected_body = value.slice(0, 1_000);
      ledger.approximated(line, 'searched in the first 10 KB, in any case');
    } else if (kind === 'disable-on-404') ledger.none(line, 'use `lb drain`');
    else ledger.none(line, 'a probe is one request; it has `expected_codes` and `expected_body`');
  }
  return { expected_codes, ...(expected_body === undefined ? {} : { expected_body }) };
}
