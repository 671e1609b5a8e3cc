import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../shared/model/config.ts';
import { type ExtraProxy, namedProxies } from '../project/extra_proxies.ts';
import { DEMO_CONFIG, type StartOptions } from './options.ts';
import {
  demoParts,
  INNER,
  type InnerPorts,
  LOCAL_DIR,
  type Part,
  publishSpec,
  REGISTRY_DIR,
  sqlPart,
  workerParts,
} from './parts.ts';
import { freePorts } from './ports.ts';
import { type Death, Processes } from './processes.ts';
import { accepts, knockOn, statusOf, throughToAnOrigin, until } from './ready.ts';
import type { TableRow } from './table.ts';

/** Twice what a start may take on two cores, for each Worker: then something is wrong, not slow. */
const START_MS = 10_000;
/** A process that keeps dying is a defect to look at, not to hide. */
const MAX_RESTARTS = 3;
const RESTART_MS = 500;
/** How many failed starts are tried again, of all parts together. More of them are no accident. */
const MAX_RETRIES = 6;
/** Workers that open the local store. Not before it exists: of many that would make it, some find it locked. */
const READ_KV = ['gateway', 'selector', 'health', 'console'];
/** Cron fires by itself in production, not under `wrangler dev`. */
const CRON_MS = 60_000;

export interface SystemOptions {
  start: StartOptions;
  /** Absolute path of the file to bundle. */
  config_file: string;
  config: Config;
  /** Tells the operator something. */
  say(text: string): void;
}

/** Everything that `npm start` runs. */
export class LocalSystem {
  readonly #options: SystemOptions;
  readonly #processes: Processes;
  readonly #demo: Part[];
  #parts: Part[] = [];
  readonly #extra: ExtraProxy[];
  #inner: InnerPorts = {};
  #retries = 0;
  /** Demo origins that do not run, because a key or somebody's `kill` ended them. */
  readonly #broken = new Set<Part>();
  #ready = false;
  #failed: string | undefined;
  #ending = false;
  #cron: NodeJS.Timeout | undefined;

  constructor(options: SystemOptions) {
    this.#options = options;
    this.#demo = options.start.demo ? demoParts(options.start) : [];
    this.#extra = namedProxies(options.config);
    this.#processes = new Processes(join(LOCAL_DIR, 'log'), (death) => this.#died(death));
  }

  /**
   * Starts everything and waits until requests are served.
   * @returns a line about what is missing although it runs; empty if nothing is
   * @throws Error if a part died, or nothing is served in time
   */
  async start(): Promise<string> {
    const { start, config_file, config } = this.#options;
    // Names of Workers that were killed, not ended, would be taken for running ones.
    rmSync(REGISTRY_DIR, { recursive: true, force: true });
    const inner = [...INNER, ...this.#extra.map(({ name }) => name)];
    const ports = await freePorts(inner.length);
    this.#inner = Object.fromEntries(inner.map((name, index) => [name, ports[index] ?? 0]));
    const workers = workerParts(start, this.#inner, config_file, this.#extra);
    const sql = sqlPart(start);
    this.#parts = [...this.#demo, sql, ...workers];
    const readers = workers.filter(({ name }) => READ_KV.includes(name));
    for (const part of this.#parts) if (!readers.includes(part)) this.#processes.start(part);
    const publish = publishSpec(config_file);
    if (!(await this.#processes.run(publish))) this.#failed ??= this.#lastWords(publish.name, 'failed');
    if (this.#failed === undefined) for (const part of readers) this.#processes.start(part);

    const limit_ms = workers.length * START_MS;
    const deadline = Date.now() + limit_ms;
    const wait = async (what: string, check: () => Promise<boolean>) => {
      if (await until(check, deadline, () => this.#failed !== undefined)) return;
      throw new Error(
        this.#failed ?? `${what} within ${limit_ms / 1000} s; see ${this.#processes.logFile('gateway')}`,
      );
    };
    for (const { name, optional } of this.#parts)
      await wait(
        `${name} does not listen`,
        async () => (optional && !this.#runs(name)) || this.#listens(name),
      );
    this.#fireCron();
    const { gateway_port, console_port } = start;
    await wait(
      'the gateway does not live',
      async () => (await statusOf(gateway_port, '/.well-known/plimsoll/live')) === 200,
    );
    await wait(
      'the console does not answer',
      async () => (await statusOf(console_port, '/api/status')) === 200,
    );
    const problem = await throughToAnOrigin(gateway_port, knockOn(config.balancers), wait, {
      // Somebody's own origins may be down, or answer with errors: that is worth saying, not a reason to stop.
      may_fail: start.config !== DEMO_CONFIG,
    });
    this.#ready = true;
    return problem;
  }

  /** What runs where. */
  rows(): TableRow[] {
    const pids = this.#processes.pids();
    return this.#parts.map(({ name, what, port }) => ({
      name,
      what,
      port,
      pid: pids.get(name),
      log: this.#processes.logFile(name),
    }));
  }

  /** Keys of the demo origins that do not run: `1`, `2`, `3`. */
  broken(): ReadonlySet<string> {
    return new Set(this.#demo.flatMap((part, index) => (this.#broken.has(part) ? [String(index + 1)] : [])));
  }

  /** Breaks a running demo origin as a crash would, or mends a broken one. */
  toggle(key: string): void {
    const part = this.#demo[Number(key) - 1];
    if (part === undefined || this.#ending) return;
    if (this.#broken.delete(part)) this.#processes.start(part);
    else {
      this.#broken.add(part);
      this.#processes.kill(part.name);
    }
  }

  /** Ends every process, and waits for it. */
  async end(grace_ms?: number): Promise<void> {
    this.#ending = true;
    clearInterval(this.#cron);
    await this.#processes.endAll(grace_ms);
  }

  /** By its name: a part may move to another port while it is waited for. */
  async #listens(name: string): Promise<boolean> {
    const part = this.#parts.find((one) => one.name === name);
    if (part === undefined || !(await accepts(part.port))) return false;
    // Somebody else may listen there: a Worker says when it does itself.
    return part.says === undefined || this.#processes.hasSaid(part.name, part.says);
  }

  /**
   * Starts a part again if what was in its way may be gone: the local store was locked, or its port was taken before it
   * could listen, and nobody needs to know which port it has.
   * @returns whether it did
   */
  async #retried(part: Part): Promise<boolean> {
    const { start, config_file } = this.#options;
    const obstacle = this.#processes.obstacle(part.name);
    if (obstacle === undefined || ++this.#retries > MAX_RETRIES) return false;
    let again: Part | undefined = part;
    if (obstacle === 'port taken') {
      if (!Object.hasOwn(this.#inner, part.name)) return false;
      const [port = 0] = await freePorts(1);
      this.#inner = { ...this.#inner, [part.name]: port };
      again = workerParts(start, this.#inner, config_file, this.#extra).find(
        ({ name }) => name === part.name,
      );
    }
    if (again === undefined || this.#ending) return false;
    const replacement = again;
    this.#parts = this.#parts.map((one) => (one === part ? replacement : one));
    this.#processes.start(replacement);
    return true;
  }

  #runs(name: string): boolean {
    return this.#processes.pids().has(name);
  }

  #fireCron(): void {
    const fire = () =>
      void statusOf(
        this.#inner['health'] ?? 0,
        '/cdn-cgi/local/scheduled?cron=*+*+*+*+*',
        'localhost',
        30_000,
      );
    fire();
    this.#cron = setInterval(fire, CRON_MS);
  }

  #lastWords(name: string, how: string): string {
    return `${name} ${how}. The last lines of ${this.#processes.logFile(name)}:\n${this.#processes.tail(name)}`;
  }

  #died(death: Death): void {
    const part = this.#parts.find(({ name }) => name === death.name);
    if (part === undefined || this.#ending) return;
    const { say } = this.#options;
    const log = this.#processes.logFile(part.name);
    if (this.#demo.includes(part) && this.#ready) {
      // Whoever ends an origin wants to see what happens without it: it stays down until it is mended.
      this.#broken.add(part);
      say(`${part.name} ended (${death.how}). To mend it: node ${part.args.join(' ')}`);
    } else if (part.optional && !this.#demo.includes(part)) {
      say(
        `${part.name} ended (${death.how}), the rest goes on without it: ${this.#processes.tail(part.name, 1)}`,
      );
    } else if (!this.#ready) {
      void this.#retried(part).then((retried) => {
        if (!retried) this.#failed ??= this.#lastWords(part.name, `ended (${death.how})`);
      });
    } else if (death.count > MAX_RESTARTS) {
      say(`${part.name} died again (${death.how}) and is left alone; see ${log}`);
    } else {
      say(`${part.name} died (${death.how}), it is started again; see ${log}`);
      setTimeout(async () => {
        if (this.#ending) return;
        // A name that a dead process holds is not given to the new one.
        if (part.registered !== undefined) rmSync(part.registered, { force: true });
        if (!(await this.#retried(part))) this.#processes.start(part);
      }, RESTART_MS);
    }
  }
}
