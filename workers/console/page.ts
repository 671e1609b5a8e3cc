import { type Html, html } from './html.ts';
import type { OriginStatus, PoolStatus } from './pool_status.ts';
import type { Ejection } from './signals/ejections.ts';
import type { ScriptFailure } from './signals/script_failures.ts';
import type { BalancerStatus, Status } from './status.ts';
import { STYLE } from './style.ts';

/** Seconds until the page reloads itself: as long as the shortest interval of a monitor. */
const REFRESH_S = 5;

/** Renders the status as a page without scripts. */
export function page(status: Status): string {
  return frame(html`
${summary(status)}
${status.balancers.map((balancer) => balancerSection(balancer, Date.parse(status.generated_at)))}`);
}

/** Renders an error as a page. */
export function errorPage(message: string): string {
  return frame(html`<p class="notice critical" role="alert">${message}</p>`);
}

function frame(body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="${REFRESH_S}">
<title>Plimsoll</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Plimsoll</h1></header>
<main>${body}</main>
</body>
</html>
`.text;
}

function summary({ config, health, health_reason, signals, signals_reason, generated_at }: Status): Html {
  const line = html`<p class="summary">Configuration <b>${config.version}</b>
<code title="${config.hash}">${config.hash.slice(0, 8)}</code>, published ${time(config.published_at)}.
${health === null ? '' : html`Health <b>${health.version}</b>, ${duration(health.age_ms)} old.`}
Seen at ${time(generated_at)}.
${
  signals === null
    ? html`Requests and ejections are not known: ${signals_reason ?? ''}.`
    : html`Requests are those of the last ${duration(signals.traffic_s * 1_000)}.`
}</p>`;
  if (health_reason === null) return line;
  return html`${line}<p class="notice ${health === null ? 'unknown' : 'critical'}">Every origin counts as unknown, and
serves: ${health_reason}.</p>`;
}

function balancerSection(balancer: BalancerStatus, now: number): Html {
  const { host, path, enabled, steering_policy, session_affinity, maintenance, pools } = balancer;
  const remarks = [
    `steering: ${steering_policy}`,
    session_affinity === 'none' ? '' : `sessions: ${session_affinity}`,
    enabled ? '' : 'disabled',
    maintenance ? 'maintenance: everybody gets 503' : '',
  ].filter((remark) => remark !== '');
  return html`<section>
<h2>${host}${path === '/' ? '' : path} <small>${remarks.join(', ')}</small></h2>
${pools.map((pool) => poolTable(pool, now))}
</section>
`;
}

function poolTable(pool: PoolStatus, now: number): Html {
  const remarks = [
    pool.enabled ? '' : 'disabled',
    pool.operator_state === 'ready' ? '' : pool.operator_state,
    pool.fallback ? 'fallback' : '',
    pool.monitor === null ? 'no monitor' : `monitor ${pool.monitor}`,
  ].filter((remark) => remark !== '');
  return html`<div class="scroll"><table>
<caption>${word(pool.state)} ${pool.id} <small>${remarks.join(', ')}</small></caption>
<thead><tr><th scope="col">Origin</th><th scope="col">Probes say</th><th scope="col">For</th><th scope="col">Reason</th>
<th scope="col">Traffic says</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Errors</th>
<th scope="col" class="number">p95</th><th scope="col" class="number">Round trip</th><th scope="col" class="number">Weight</th><th scope="col">Address</th></tr></thead>
<tbody>
${pool.origins.map((origin) => originRow(origin, now))}</tbody>
</table></div>
${(pool.script_failures ?? []).map(scriptNotice)}`;
}

function scriptNotice({ script, reason, where, requests }: ScriptFailure): Html {
  return html`<p class="notice ${where === 'live' ? 'critical' : 'unknown'}">Script <b>${script}</b>
${where === 'live' ? '' : 'in the shadow '}${reason}: random stood in for it in ${requests} requests.</p>
`;
}

function originRow(origin: OriginStatus, now: number): Html {
  const { name, since, reason, rtt_ms, weight, standing, address, traffic, ejection } = origin;
  const off = standing === 'disabled' || standing === 'maintenance';
  const why = [
    origin.flapping ? 'flapping' : '',
    (reason ?? '').replaceAll('_', ' '),
    ...Object.entries(origin.regions)
      .filter(([, seen]) => seen !== 'up')
      .map(([region, seen]) => `${region} ${seen}`),
  ].filter((part) => part !== '');
  const rtts = Object.entries(rtt_ms).map(([region, ms]) =>
    region === 'default' ? `${Math.round(ms)} ms` : `${region} ${Math.round(ms)} ms`,
  );
  return html`<tr${off ? html` class="off"` : ''}>
<th scope="row">${name}</th><td>${stateCell(origin, now)}</td>
<td>${since === null ? '' : duration(now - Date.parse(since))}</td><td>${why.join(', ')}</td>
<td>${ejection === null ? '' : ejectionCell(ejection, now)}</td>
<td class="number">${traffic?.requests ?? ''}</td><td class="number">${traffic?.errors ?? ''}</td>
<td class="number">${traffic?.p95_ms == null ? '' : `${Math.round(traffic.p95_ms)} ms`}</td>
<td class="number">${rtts.join(', ')}</td><td class="number">${weight}</td><td><code>${address}</code></td></tr>
`;
}

/** The state according to probes and the operator, and how long a draining origin still serves its sessions. */
function stateCell({ state, standing, drains_until }: OriginStatus, now: number): Html {
  if (standing === 'ready') return word(state);
  const left = drains_until === null ? undefined : Date.parse(drains_until) - now;
  const sessions =
    left === undefined ? '' : left > 0 ? `, sessions for ${duration(left)}` : ', sessions over';
  return standing === 'drain'
    ? html`${word(state)} drain${sessions}`
    : html`${standing}${standing === 'disabled' ? sessions : ''}`;
}

function ejectionCell({ isolates, until, reason }: Ejection, now: number): Html {
  const where = isolates === 1 ? 'one isolate' : `${isolates} isolates`;
  return html`<span class="state ejected">ejected</span> by ${where}, ${duration(Date.parse(until) - now)} left:
${reason.replaceAll('_', ' ')}`;
}

/** The state as a word. The colour only repeats the word. */
function word(state: OriginStatus['state'] | PoolStatus['state']): Html {
  return html`<span class="state ${state}">${state}</span>`;
}

function time(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

/** Writes a duration in its two largest units: `3 d 4 h`, `2 min 5 s`, `0 s`. */
export function duration(ms: number): string {
  const s = Math.max(Math.floor(ms / 1_000), 0);
  const units = [
    { value: Math.floor(s / 86_400), name: 'd' },
    { value: Math.floor(s / 3_600) % 24, name: 'h' },
    { value: Math.floor(s / 60) % 60, name: 'min' },
    { value: s % 60, name: 's' },
  ];
  const first = units.findIndex(({ value }) => value > 0);
  if (first < 0) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(({ value }) => value > 0)
    .map(({ value, name }) => `${value} ${name}`)
    .join(' ');
}
