import { type ChildProcess, execFileSync } from 'node:child_process';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRepository, removeCopy } from '../../tools/harness/copy.ts';
import { until } from '../../tools/local/ready.ts';
import { CHROMIUM, CHROMIUM_ARGS } from '../../tools/project/chromium.ts';
import { collect, npmIn, portOptions, type StartPorts, startPorts, tokenIn } from './harness/npm_start.ts';

// The console's page in Chromium, over the real `npm start` with real traffic.

const READY_MS = 180_000;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** The console is polled every few seconds, and gateways follow a change within ten. */
const SOON_MS = 20_000;

const title = `the page${CHROMIUM === undefined ? ' (skipped: needs chromium)' : ''}`;

describe.skipIf(CHROMIUM === undefined)(title, () => {
  let folder: string;
  let ports: StartPorts;
  let system: ChildProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let traffic: NodeJS.Timeout;
  const hosts = new Set<string>();
  const complaints: string[] = [];

  const url = (search = '') => `http://localhost:${ports.console}/${search}`;

  beforeAll(async () => {
    folder = copyRepository();
    ports = await startPorts();
    system = npmIn(folder, ['start', '--', ...portOptions(ports)]);
    const said = collect(system);
    await until(async () => said().includes('Ctrl-C ends it'), Date.now() + READY_MS);
    traffic = setInterval(() => void fetch(`http://127.0.0.1:${ports.gateway}/`).catch(() => {}), 100);
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: [...CHROMIUM_ARGS] });
    context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
    page = await context.newPage();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      // The form to sign in answers with 401, a wrong query with 400.
      if (message.type() === 'error' && !/status of 40[01]/.test(message.text()))
        complaints.push(message.text());
    });
    await page.goto(url());
    await page.getByLabel('Token').fill(tokenIn(folder));
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').waitFor({ timeout: SOON_MS });
  }, READY_MS + 30_000);

  afterAll(async () => {
    clearInterval(traffic);
    await browser?.close();
    system?.kill('SIGTERM');
    await new Promise((resolve) =>
      system.exitCode === null ? system.once('exit', resolve) : resolve(undefined),
    );
    removeCopy(folder);
  }, 60_000);

  /** Violations of accessibility rules, as `rule: elements`. */
  async function violations(): Promise<string[]> {
    await page.evaluate(`${execFileSync('cat', [AXE]).toString()}; undefined`);
    return page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const found = await axe.run();
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    });
  }

  it('shows the traffic of each origin, and that nothing needs attention', async () => {
    await page.goto(url());
    await page.getByText('Nothing needs attention').waitFor({ timeout: SOON_MS });
    const shares = page.getByRole('region', { name: 'Share by origin' });
    await shares.getByText('demo/one').waitFor({ timeout: SOON_MS });
    expect(await shares.getByRole('row').count()).toBe(4);
    await page.locator('canvas').waitFor({ timeout: SOON_MS });
    expect(await violations()).toEqual([]);
  });

  it('keeps range and view in the URL, and follows the way back', async () => {
    await page.goto(url('?range=1h'));
    await page.getByText('Load balancers, last 1 hour').waitFor({ timeout: SOON_MS });
    await page.getByRole('link', { name: 'Pools and origins' }).click();
    expect(new URL(page.url()).search).toBe('?range=1h&view=pools');
    await page.goBack();
    await page.getByText('Load balancers, last 1 hour').waitFor({ timeout: SOON_MS });
  });

  it('drains two origins after a look at what would happen, and takes it back', async () => {
    await page.goto(url('?view=pools'));
    for (const name of ['demo/one', 'demo/two']) await page.getByLabel(`Tick ${name}`).check();
    await page.getByRole('button', { name: 'Drain' }).click();
    const forecast = page.getByRole('region', { name: 'What would happen', exact: true });
    await forecast.getByText('demo/three').waitFor();
    expect(await violations()).toEqual([]);
    // The question has the focus: the table is the next stop of the keyboard, and then the button.
    for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
    await page.getByText('demo/one, demo/two: drain. This is version').waitFor({ timeout: SOON_MS });
    const row = page.getByRole('row').filter({ hasText: 'demo/one' });
    await row.getByText('drain').waitFor({ timeout: SOON_MS });
    const origins = new Set<string>();
    await until(async () => {
      origins.clear();
      for (let i = 0; i < 6; i++)
        origins.add((await (await fetch(`http://127.0.0.1:${ports.gateway}/`)).text()).trim());
      return origins.size === 1;
    }, Date.now() + SOON_MS);
    expect([...origins]).toEqual(['three']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone. This is version').waitFor({ timeout: SOON_MS });
    await row.getByText('ready').waitFor({ timeout: SOON_MS });
  });

  it('sets a weight, which the selector then uses, and probes on demand', async () => {
    await page.goto(url('?view=pools'));
    await page.getByLabel('Tick demo/one').check();
    await page.getByRole('button', { name: 'Probe now' }).click();
    const probed = page.getByRole('region', { name: 'Probed just now' });
    await probed.getByText('success').waitFor({ timeout: SOON_MS });
    await page.getByLabel('Weight', { exact: true }).fill('0.25');
    await page.getByRole('button', { name: 'Set weight' }).click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('demo/one: weight 0.25. This is version').waitFor({ timeout: SOON_MS });
    const origins = page.getByRole('region', { name: 'Origins, the worst first' });
    const row = origins.getByRole('row').filter({ hasText: 'demo/one' });
    await row.getByRole('cell', { name: '0.25', exact: true }).waitFor({ timeout: SOON_MS });
    await row.getByText(/^200, \d+ ms, \d+ s ago$/).waitFor({ timeout: SOON_MS });
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone. This is version').waitFor({ timeout: SOON_MS });
  });

  it('switches a strategy, which data points then name, and back', async () => {
    await page.goto(url('?view=strategies'));
    await page.getByLabel('Another policy for demo').selectOption('random');
    await page.getByRole('button', { name: 'Switch demo' }).click();
    await page.getByText('demo uses random. This is version').waitFor({ timeout: SOON_MS });
    const variants = page.getByRole('region', { name: 'Live and canary' });
    await variants.getByText('off/random').waitFor({ timeout: SOON_MS });
    await variants.getByText('off/round_robin').waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone. This is version').waitFor({ timeout: SOON_MS });
  });

  it('shows requests as they come, filtered, and why one of them went where it went', async () => {
    await page.goto(url('?view=tail'));
    await page.getByLabel('Origin').selectOption('demo/two');
    expect(new URL(page.url()).searchParams.get('origin')).toBe('demo/two');
    const last = page.getByRole('region', { name: 'The last requests' });
    const why = last.getByRole('link', { name: 'Why' }).first();
    await why.waitFor({ timeout: SOON_MS });
    expect(await last.getByText('demo/one').count()).toBe(0);
    const before = await last.getByRole('row').count();
    await until(async () => (await last.getByRole('row').count()) > before, Date.now() + SOON_MS);
    expect(await violations()).toEqual([]);
    await why.click();
    const then = page.getByRole('region', { name: 'Why then: GET /' });
    await then.getByRole('row', { name: 'went to demo/two' }).waitFor({ timeout: SOON_MS });
    await page.getByRole('button', { name: 'Fill the form with it' }).click();
    await page.getByRole('button', { name: 'Explain', exact: true }).click();
    const now = page.getByRole('region', { name: 'Explanation' });
    await now.getByText('The request goes to demo/').waitFor({ timeout: SOON_MS });
    expect(await violations()).toEqual([]);
  });

  it('answers a query with a chart, a table and CSV, and marks a mistake in place', async () => {
    await page.goto(url('?view=sql'));
    const editor = page.getByRole('textbox', { name: 'Query' });
    await page.locator('.cm-content').waitFor({ timeout: SOON_MS });
    await page.getByRole('button', { name: 'Run' }).click();
    const rows = page.getByRole('region', { name: /rows of plimsoll_traffic/ });
    await rows.getByText('demo/one').waitFor({ timeout: SOON_MS });
    const csv = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
    expect(decodeURIComponent(csv ?? '')).toContain('origin,requests\r\ndemo/');
    expect(await violations()).toEqual([]);
    await page.getByText('By row').waitFor();
    await page.locator('canvas').waitFor();
    await page.getByLabel('Shipped').selectOption({ index: 2 });
    await page.getByRole('region', { name: /rows of plimsoll/ }).waitFor({ timeout: SOON_MS });
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('SELECT config_ver');
    await page.getByRole('option', { name: /^config_version.*traffic/ }).waitFor({ timeout: SOON_MS });
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('SELECT nothing FROM traffic');
    await page.locator('.cm-lintRange-error').waitFor({ timeout: SOON_MS });
    await page.keyboard.press('Control+Enter');
    await page.getByText('line 1, column 8: unknown column').waitFor({ timeout: SOON_MS });
    // Escape, then Tab leaves the editor.
    for (const key of ['Escape', 'Escape', 'Tab']) await page.keyboard.press(key);
    expect(await editor.evaluate((element) => element.contains(document.activeElement))).toBe(false);
  });

  it('refuses a bad configuration in place, keeps the draft, and publishes it when it is mended', async () => {
    await page.goto(url('?view=configuration'));
    const editor = page.getByRole('textbox', { name: 'Configuration' });
    await page.locator('.cm-content').waitFor({ timeout: SOON_MS });
    await page.locator('.cm-line', { hasText: '"fallback_pool"' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' "session_affinity": "cookies",');
    const problems = page.getByRole('list', { name: 'Problems' });
    const problem = problems.getByText(/session_affinity: got "cookies"; allowed/);
    await problem.waitFor({ timeout: SOON_MS });
    await page.locator('.cm-lint-marker-error').waitFor();
    expect(await page.getByRole('button', { name: 'Review the change' }).isDisabled()).toBe(true);
    expect(await violations()).toEqual([]);
    await page.reload();
    await problem.waitFor({ timeout: SOON_MS });
    await problems.getByRole('button').first().click();
    expect(await editor.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await page.keyboard.press('End');
    for (const key of ['ArrowLeft', 'ArrowLeft', 'Backspace']) await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Review the change' }).click({ timeout: SOON_MS });
    const review = page.getByRole('region', { name: 'Review' });
    await review.getByRole('cell', { name: '/session_affinity' }).waitFor();
    await review.getByLabel('Comment').fill('sessions by cookie');
    expect(await violations()).toEqual([]);
    await review.getByRole('button', { name: 'Publish' }).click();
    await page.getByText(/^This is version \d+\./).waitFor({ timeout: SOON_MS });
    await page
      .getByRole('row')
      .filter({ hasText: 'sessions by cookie' })
      .first()
      .waitFor({ timeout: SOON_MS });
    await page.getByRole('cell', { name: /^\d+ \(newest\)$/ }).waitFor({ timeout: SOON_MS });
  });

  it('keeps a draft and its place when the session ends and somebody else publishes meanwhile', async () => {
    await page.goto(url('?view=configuration'));
    await page.locator('.cm-content').waitFor({ timeout: SOON_MS });
    await page.locator('.cm-line').first().click();
    await page.keyboard.press('End');
    await page.keyboard.type(' // mine');
    await page.getByRole('heading', { name: 'A draft that began as' }).waitFor();
    await context.clearCookies();
    await page.getByLabel('Token').fill(tokenIn(folder), { timeout: SOON_MS });
    await page.keyboard.press('Enter');
    await page.locator('.cm-line', { hasText: '// mine' }).waitFor({ timeout: SOON_MS });
    const weight = (value: number) =>
      fetch(url('api/states'), {
        method: 'POST',
        headers: { authorization: `Bearer ${tokenIn(folder)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ changes: [{ target: 'demo/one', weight: value }] }),
      });
    await weight(0.5);
    await page.getByText(/^Version \d+ was published since this draft began/).waitFor({ timeout: SOON_MS });
    await page.locator('.cm-line', { hasText: '// mine' }).waitFor();
    await page.getByRole('button', { name: 'Discard the draft' }).click();
    await page.getByRole('heading', { name: /^Version \d+, as written$/ }).waitFor();
    // Without a draft, the editor follows.
    await weight(1);
    await page.locator('.cm-line', { hasText: '"weight": 1' }).waitFor({ timeout: SOON_MS });
  });

  it('explains a past request whose path looks like another host', async () => {
    const options = { host: '127.0.0.1', port: ports.gateway, path: '//evil.example/x' };
    await new Promise((resolve) => get(options, (answer) => answer.resume().once('end', resolve)));
    await page.goto(url('?view=tail'));
    const paths = page.getByRole('link', { name: 'Why //evil.example/x' });
    await paths.click({ timeout: SOON_MS });
    await page.getByRole('button', { name: 'Fill the form with it' }).click({ timeout: SOON_MS });
    expect(await page.getByLabel('URL', { exact: true }).inputValue()).toBe(
      'https://any.example//evil.example/x',
    );
  });

  it('explains a pinned request by keyboard alone', async () => {
    const cookies: string[] = [];
    await until(async () => {
      const { headers } = await fetch(`http://127.0.0.1:${ports.gateway}/`);
      cookies.push(...headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? ''));
      return cookies.length > 0;
    }, Date.now() + SOON_MS);
    await page.goto(url('?view=explain'));
    await page.getByLabel('URL', { exact: true }).focus();
    await page.keyboard.type(`http://127.0.0.1:${ports.gateway}/cart`);
    for (let i = 0; i < 4; i++) await page.keyboard.press('Tab');
    await page.keyboard.type(cookies[0] ?? '');
    await page.keyboard.press('Enter');
    const result = page.getByRole('region', { name: 'Explanation' });
    await result.getByText('The request goes to demo/').waitFor({ timeout: SOON_MS });
    await result.getByText(/^by cookie, at demo\/\w+, stays there$/).waitFor();
    expect(await result.getByRole('row').count()).toBe(4);
    expect(await violations()).toEqual([]);
  });

  it('shows what a version changed, and goes back to an older one', async () => {
    await page.goto(url('?view=configuration'));
    await page.getByText(/What version \d+ changed against version \d+/).waitFor({ timeout: SOON_MS });
    // The second one drained two origins, and the first one did not.
    for (const version of [2, 1]) {
      await page.getByRole('button', { name: `Go back to version ${version}`, exact: true }).click();
      expect(await violations()).toEqual([]);
      const question = page.getByRole('region', { name: 'Go back' });
      await question.getByRole('button', { name: `Go back to version ${version}` }).click();
      await page.getByText(`Version ${version} is back, as version`).waitFor({ timeout: SOON_MS });
      await page
        .getByRole('row')
        .filter({ hasText: `back to version ${version}` })
        .waitFor({ timeout: SOON_MS });
    }
  });

  it('shows an origin that was killed first, with its reason, within ten seconds, and where its share goes', async () => {
    await page.goto(url());
    await page.getByText('Nothing needs attention').waitFor({ timeout: 2 * SOON_MS });
    const port = ports.demo + 2;
    const pid = execFileSync('pgrep', ['-f', `demo_origin.ts --name three --port ${port}`])
      .toString()
      .trim();
    for (const one of pid.split('\n')) process.kill(Number(one), 'SIGKILL');
    const concerns = page.getByRole('region', { name: /Needs attention/ });
    await concerns.getByText('demo/three').first().waitFor({ timeout: 10_000 });
    expect(await concerns.getByRole('row').nth(1).textContent()).toMatch(/demo\/three.*(down|ejected)/);
    // The chart's table shows where its share goes: in the newest step the others have all requests.
    await page.getByText('As a table').click();
    const steps = page.getByRole('region', { name: 'Requests a second by origin, requests a step' });
    const head = await steps.getByRole('columnheader').allTextContents();
    await until(
      async () => {
        const cells = await steps.getByRole('row').nth(1).getByRole('cell').allTextContents();
        const of = (name: string) => Number(cells[head.indexOf(name)]);
        return of('demo/three') === 0 && of('demo/one') > 0 && of('demo/two') > 0;
      },
      Date.now() + 2 * SOON_MS,
    );
  });

  it('fits a telephone and a dark room', async () => {
    const dark = await browser.newContext({
      viewport: { width: 320, height: 800 },
      colorScheme: 'dark',
      storageState: await context.storageState(),
    });
    const small = await dark.newPage();
    for (const view of ['overview', 'pools', 'explain', 'tail', 'sql', 'strategies', 'configuration']) {
      await small.goto(url(`?view=${view}`));
      await small.getByRole('navigation').waitFor({ timeout: SOON_MS });
      await small.locator('main :is(table, .bar)').first().waitFor({ timeout: SOON_MS });
      const wide = await small.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
    }
    await dark.close();
  });

  it('asked no other host, and met no error and no report of its policy', () => {
    expect([...hosts]).toEqual([`localhost:${ports.console}`]);
    expect(complaints).toEqual([]);
  });
});
