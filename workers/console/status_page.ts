import { type Html, html } from './html.ts';
import { pageText } from './page.ts';
import type { PublicBalancer, PublicState, PublicStatus } from './public_status.ts';
import { STYLE } from './style.ts';

/** Names of the style sheet. The word of the state stands beside the colour. */
const CLASSES: Readonly<Record<PublicState, string>> = {
  operational: 'healthy',
  degraded: 'degraded',
  outage: 'critical',
};

/** The public status as a page without script. @param status undefined: it is not known */
export function statusPage(status: PublicStatus | undefined): string {
  return pageText({
    title: 'Status',
    head: html`<style>${STYLE}</style>`,
    body: html`<header><h1>Status</h1></header>
<main>${status === undefined ? UNKNOWN : tableOf(status)}</main>`,
  });
}

const UNKNOWN = html`<p class="notice critical" role="alert">The status is not known at the moment. Try again in 15 seconds.</p>`;

function tableOf({ seen_at, load_balancers }: PublicStatus): Html {
  return html`
<table>
<thead><tr><th scope="col">Service</th><th scope="col">State</th><th scope="col">Since</th></tr></thead>
<tbody>${load_balancers.map(rowOf)}</tbody>
</table>
<p class="summary">As health checks saw it at ${timeOf(seen_at)}. A page can be 30 seconds old.</p>
`;
}

function rowOf({ name, state, since, checked }: PublicBalancer): Html {
  return html`
<tr><th scope="row">${name}</th><td><span class="state ${CLASSES[state]}">${state}</span>${checked ? '' : ', not checked'}</td>
<td>${since === null ? '–' : timeOf(since)}</td></tr>`;
}

/** `2026-12-01 14:05:09 UTC` */
function timeOf(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}
