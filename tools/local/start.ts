import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { ConsoleEndpoint } from '../cli/console/endpoint.ts';
import { historyApi } from '../cli/console/history_api.ts';
import { buildApp } from '../console/build_app.ts';
import { CliError } from '../project/cli_error.ts';
import { LOCAL_FACTS_FILE, type LocalFacts, localFacts } from '../project/environment.ts';
import { ROOT } from '../project/root.ts';
import { type Prepared, prepareConfig } from './configuration.ts';
import { DEMO_ORIGINS } from './demo_origins.ts';
import { type Live, openLive } from './live.ts';
import { startOptions } from './options.ts';
import { STATE_DIR } from './parts.ts';
import { portProblems, wantedPorts } from './ports.ts';
import { processIdentity } from './process_identity.ts';
import { publishStart } from './publish_start.ts';
import { knockOn } from './ready.ts';
import { localAdminToken, TOKEN_FILE } from './secrets.ts';
import { LocalSystem } from './system.ts';
import { processTable, thingsToTry } from './table.ts';

// `npm start`: runs all of Plimsoll on this machine. It checks configuration and ports before it starts anything.

const began = Date.now();
const options = startOptions(process.argv.slice(2));
let system: LocalSystem | undefined;
let live: Live | undefined;
let ending = false;

function say(text: string): void {
  if (live === undefined) console.log(text);
  else live.say(text);
}

/** Ends everything, then this process. A second call ends everything at once. */
async function end(code: number): Promise<void> {
  const grace_ms = ending ? 0 : undefined;
  ending = true;
  live?.close();
  live = undefined;
  await system?.end(grace_ms);
  if (system !== undefined) rmSync(LOCAL_FACTS_FILE, { force: true });
  process.exit(code);
}

/** Refuses to run twice in one checkout. The two systems would share ports, state and the names of Workers. */
function refuseSecond(): void {
  const { pid, process_identity } = localFacts();
  // A killed system leaves its file behind, and another process may have its id now.
  if (pid === undefined || process_identity === undefined || processIdentity(pid) !== process_identity)
    return;
  throw new CliError(`it already runs in this checkout, as process ${pid}; end that process first`);
}

function writeFacts(): void {
  const identity = processIdentity(process.pid);
  const facts: LocalFacts = {
    gateway_port: options.gateway_port,
    console_port: options.console_port,
    sql_port: options.sql_port,
    state_dir: STATE_DIR,
    token_file: TOKEN_FILE,
    pid: process.pid,
    ...(identity === undefined ? {} : { process_identity: identity }),
  };
  mkdirSync(dirname(LOCAL_FACTS_FILE), { recursive: true });
  writeFileSync(LOCAL_FACTS_FILE, `${JSON.stringify(facts, undefined, 2)}\n`);
}

/** The key that stops and restarts the origin at a URL: `1` for the first demo origin, empty for other origins. */
function keyOf(url: string): string {
  const index = Number(new URL(url).port) - options.demo_port;
  const ours = options.demo && url.startsWith('http://127.0.0.1:') && index in DEMO_ORIGINS;
  return ours ? String(index + 1) : '';
}

/** The console that this system runs, and its token, whatever variables say about another one. */
function localConsole(): ConsoleEndpoint {
  return {
    base_url: `http://127.0.0.1:${options.console_port}`,
    token: localAdminToken(),
    kind: 'local',
  };
}

function openView({ config }: Prepared, running: LocalSystem): Live {
  const origins = Object.values(config.pools).flatMap((pool) =>
    pool.origins.map(({ id, url }) => ({ id, key: keyOf(url) })),
  );
  return openLive({
    ...options,
    token: localAdminToken(),
    origins,
    broken: () => running.broken(),
    toggle: (key) => running.toggle(key),
    quit: () => void end(0),
  });
}

async function start(): Promise<void> {
  refuseSecond();
  const prepared = prepareConfig(options);
  const problems = await portProblems(wantedPorts(options));
  if (problems.length > 0) throw new CliError(problems.join('\n'));
  for (const warning of prepared.warnings) say(warning);

  say('Starting …');
  await buildApp();
  system = new LocalSystem({
    start: options,
    config_file: prepared.file,
    config: prepared.config,
    say,
    publish: () => publishStart(historyApi(localConsole()), prepared.file, prepared.source),
  });
  writeFacts();
  const missing = await system.start();
  say(`ready in ${((Date.now() - began) / 1_000).toFixed(1)} s\n`);
  say(`${processTable(system.rows(), ROOT)}\n`);
  say(`console: http://localhost:${options.console_port}, token ${localAdminToken()}\n`);
  say(`${thingsToTry(options, relative(process.cwd(), TOKEN_FILE), knockOn(prepared.config.balancers))}\n`);
  if (missing !== '') say(missing);
  if (process.stdin.isTTY && process.stdout.isTTY) live = openView(prepared, system);
  else say('Ctrl-C ends it.');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
// npm sends signals to the shell in which it runs this process, and the shell ends without passing them on.
const parent = process.ppid;
if (process.env['npm_lifecycle_event'] !== undefined)
  setInterval(() => {
    if (process.ppid !== parent && !ending) void end(0);
  }, 500).unref();
// A defect must not leave a dozen processes behind.
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error) => {
    console.error(error);
    void end(1);
  });
// The terminal may be gone. A failed write to it must not keep the processes running.
process.stdout.on('error', () => void end(1));

try {
  await start();
} catch (error) {
  // Errors during the end have no meaning.
  if (!ending) {
    console.error(error instanceof Error ? `npm start: ${error.message}` : error);
    await end(1);
  }
}
