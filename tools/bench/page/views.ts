import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { APP_FOLDER } from '../../console/build_app.ts';
import { ADMIN_TOKEN } from '../../harness/console.ts';
import { CHROMIUM_ARGS } from '../../project/chromium.ts';

export const VIEWS = ['overview', 'pools', 'explain', 'tail', 'sql', 'strategies', 'configuration'] as const;

/** What one view cost the browser from the start of its page until it was settled. */
export interface ViewFigures {
  view: string;
  range: string;
  /** Time in scripts, and in layout and style. */
  script_ms: number;
  layout_ms: number;
  /** From the request until the view was settled. It includes the answers of SQL. */
  settled_ms: number;
  elements: number;
}

/** A view is settled when it loads nothing and has not changed for this time. */
const QUIET_MS = 1_000;
const SETTLE_MS = 60_000;

/** Opens every view in a page of its own, in each range. @param base `http://localhost:PORT` */
export async function measureViews(
  base: string,
  ranges: readonly string[],
  executable: string,
): Promise<ViewFigures[]> {
  const browser = await chromium.launch({ executablePath: executable, args: [...CHROMIUM_ARGS] });
  try {
    const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
    // In production, the platform serves these files beside the Worker.
    await context.route('**/app/**', (route) => {
      const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
      const contentType = name.endsWith('.css') ? 'text/css' : 'text/javascript';
      return route.fulfill({ body: readFileSync(join(APP_FOLDER, 'app', name)), contentType });
    });
    await signIn(context, base);
    const figures: ViewFigures[] = [];
    // The first page compiles the scripts for all.
    await measure(context, base, 'overview', '15m');
    for (const view of VIEWS)
      for (const range of ranges) figures.push(await measure(context, base, view, range));
    return figures;
  } finally {
    await browser.close();
  }
}

async function signIn(context: BrowserContext, base: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(base);
  await page.getByLabel('Token').fill(ADMIN_TOKEN);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').waitFor();
  await page.close();
}

async function measure(
  context: BrowserContext,
  base: string,
  view: string,
  range: string,
): Promise<ViewFigures> {
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send('Performance.enable');
  const asked = new Set<unknown>();
  page.on('request', (request) => asked.add(request));
  page.on('requestfinished', (request) => asked.delete(request));
  page.on('requestfailed', (request) => asked.delete(request));
  const began_at = performance.now();
  await page.goto(`${base}/?view=${view}&range=${range}`);
  await page.getByRole('navigation').waitFor();
  const settled_ms = (await settled(page, () => asked.size > 0)) - began_at;
  const { metrics } = await client.send('Performance.getMetrics');
  const ms = (name: string) => 1_000 * (metrics.find((one) => one.name === name)?.value ?? 0);
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  await page.close();
  return {
    ...{ view, range, settled_ms, elements },
    script_ms: ms('ScriptDuration'),
    layout_ms: ms('LayoutDuration') + ms('RecalcStyleDuration'),
  };
}

/**
 * Waits until every question has been answered once, the page says nowhere that it loads, and its number of elements stays.
 * @returns when that began
 */
async function settled(page: Page, asks: () => boolean): Promise<number> {
  const deadline = performance.now() + SETTLE_MS;
  let before = '';
  let since = performance.now();
  while (performance.now() < deadline) {
    const now = await page.evaluate(() => {
      const text = document.querySelector('main')?.textContent ?? 'Loading';
      return `${/Loading/.test(text)} ${document.querySelectorAll('*').length}`;
    });
    if (now !== before || now.startsWith('true') || asks()) since = performance.now();
    else if (performance.now() - since >= QUIET_MS) return since;
    before = now;
    await page.waitForTimeout(50);
  }
  throw new Error(`the page did not settle within ${SETTLE_MS / 1_000} s: ${page.url()}`);
}
