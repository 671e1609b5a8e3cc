import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { copyRepository, removeCopy } from '../harness/copy.ts';
import { freePorts } from '../local/ports.ts';
import { until } from '../local/ready.ts';
import { CHROMIUM, CHROMIUM_ARGS } from '../project/chromium.ts';
import { inRoot } from '../project/root.ts';
import { runTool } from '../project/run_tool.ts';

/** Where the pictures go. */
const FOLDER = inRoot('docs', 'images');
const START_MS = 180_000;
const SOON_MS = 20_000;
/** Traffic before the first picture, so that charts have something to show. */
const TRAFFIC_MS = 60_000;
const PATHS = ['/', '/cart', '/search', '/login'];

/** A view, and what one does there until it shows something. */
interface Picture {
  name: string;
  search: string;
  /** Pixels from the top. Default: all that one sees. */
  height?: number;
  prepare(page: Page): Promise<unknown>;
}

const PICTURES: readonly Picture[] = [
  { name: 'overview', search: '', prepare: (page) => page.locator('canvas').waitFor() },
  {
    name: 'pools',
    search: '?view=pools',
    prepare: (page) =>
      page
        .getByText(/^200, \d+ ms/)
        .first()
        .waitFor(),
  },
  {
    name: 'explain',
    search: '?view=explain&url=http://localhost/cart',
    prepare: (page) => page.getByRole('button', { name: 'Explain' }).click(),
  },
  {
    name: 'tail',
    search: '?view=tail&origin=demo/one',
    height: 560,
    prepare: (page) => page.getByText('/cart').first().waitFor(),
  },
  {
    name: 'sql',
    search: '?view=sql',
    async prepare(page) {
      await page.locator('.cm-content').waitFor();
      await page.getByRole('button', { name: 'Run' }).click();
      await page.locator('canvas').waitFor();
    },
  },
  {
    name: 'strategies',
    search: '?view=strategies',
    prepare: (page) => page.getByText('off/round_robin').first().waitFor(),
  },
  {
    name: 'configuration',
    search: '?view=configuration',
    prepare: (page) => page.locator('.cm-content').waitFor(),
  },
];

/** Pictures of the page over the demo with real traffic, in docs/images/. Without Chromium it only says so. */
export async function takeScreenshots(): Promise<void> {
  if (CHROMIUM === undefined) return console.log('skipped: needs chromium');
  mkdirSync(FOLDER, { recursive: true });
  // A developer's own `npm start` may run in this checkout.
  const folder = copyRepository();
  const [gateway = 0, console_port = 0, sql = 0, demo = 0] = await freePorts(6);
  const ports = { port: gateway, 'console-port': console_port, 'sql-port': sql, 'demo-port': demo };
  const system = startIn(folder, ports);
  let traffic: NodeJS.Timeout | undefined;
  let browser: Browser | undefined;
  try {
    if (!(await until(async () => system.said().includes('Ctrl-C ends it'), Date.now() + START_MS)))
      throw new Error(`npm start is not ready within ${START_MS / 1_000} s:\n${system.said()}`);
    let sent = 0;
    traffic = setInterval(() => {
      const path = PATHS[sent++ % PATHS.length] ?? '/';
      void fetch(`http://127.0.0.1:${gateway}${path}`)
        .then((response) => response.text())
        .catch(() => undefined);
    }, 50);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [...CHROMIUM_ARGS] });
    const token = readFileSync(join(folder, '.plimsoll', 'local', 'console.token'), 'utf8').trim();
    const base = `http://localhost:${console_port}/`;
    await new Promise((resolve) => setTimeout(resolve, TRAFFIC_MS));
    await takeAll(browser, base, token);
  } finally {
    clearInterval(traffic);
    await browser?.close();
    await system.stop();
    removeCopy(folder);
  }
}

async function takeAll(browser: Browser, base: string, token: string): Promise<void> {
  const wide = await browser.newContext({ viewport: { width: 1_280, height: 800 }, colorScheme: 'light' });
  const page = await signedIn(await wide.newPage(), base, token);
  for (const picture of PICTURES) await take(page, base, picture);
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  const small = await signedIn(await phone.newPage(), base, token);
  await take(small, base, {
    name: 'overview-phone-dark',
    search: '',
    prepare: (one) => one.locator('canvas').waitFor(),
  });
}

async function signedIn(page: Page, base: string, token: string): Promise<Page> {
  page.setDefaultTimeout(SOON_MS);
  await page.goto(base);
  await page.getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').waitFor();
  return page;
}

async function take(page: Page, base: string, { name, search, height, prepare }: Picture): Promise<void> {
  await page.goto(base + search);
  await page.getByRole('navigation').waitFor();
  await prepare(page);
  // Answers that come after the first one.
  await page.waitForTimeout(2_000);
  const { width = 0 } = page.viewportSize() ?? {};
  const clip = height === undefined ? {} : { clip: { x: 0, y: 0, width, height } };
  await page.screenshot({ path: join(FOLDER, `${name}.png`), ...clip });
}

/** Runs `npm start` in a copy of the repository. */
function startIn(folder: string, ports: Readonly<Record<string, number>>) {
  const options = Object.entries(ports).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const env = { ...process.env, CLOUDFLARE_API_TOKEN: '', PLIMSOLL_CONSOLE_URL: '', PLIMSOLL_TOKEN: '' };
  const child: ChildProcess = spawn(process.execPath, ['tools/local/start.ts', ...options], {
    cwd: folder,
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  return {
    said: () => text,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

if (import.meta.main) await runTool('screenshots', takeScreenshots);
