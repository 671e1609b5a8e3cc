import { expect, it } from 'vitest';
import { errorPage } from '../../../workers/console/error_page.ts';
import type { PublicState } from '../../../workers/console/public_status.ts';
import { signInPage } from '../../../workers/console/sign_in.ts';
import { statusPage } from '../../../workers/console/status_page.ts';
import { STYLE } from '../../../workers/console/style.ts';

const STATES: PublicState[] = ['operational', 'degraded', 'outage'];
const SERVICES = STATES.map((state) => ({ name: state, state, since: null, checked: true }));

it.each<[string, () => Promise<string> | string]>([
  ['public status', () => statusPage({ seen_at: '2026-12-01T00:00:00.000Z', load_balancers: SERVICES })],
  ['unknown public status', () => statusPage(undefined)],
  ['form to sign in', () => signInPage().text()],
  ['error', () => errorPage(503, 'KV does not answer', {}).text()],
])('the style sheet has every class of the %s', async (_, text) => {
  const [, body = ''] = (await text()).split('<body>');
  const names = [...body.matchAll(/class="([^"]+)"/g)].flatMap(([, list = '']) => list.split(' '));
  expect(names).not.toEqual([]);
  for (const name of names) expect(STYLE.text).toContain(`.${name} {`);
});
