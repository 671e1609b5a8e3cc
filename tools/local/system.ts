import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_CONFIG } from './options.ts';
import { PartList, type PartOptions } from './part_list.ts';
import { LOCAL_DIR, type Part, REGISTRY_DIR } from './parts.ts';
import { type Death, Processes } from './processes.ts';
import { accepts, knockOn, statusOf, throughToAnOrigin, until } from './ready.ts';
import type { TableRow } from './table.ts';

/** Time for each Worker to start: twice what a slow start takes on two cores. After that, something is wrong. */
const START_MS = 10_000;
/** Restarts of one process. More would hide a defect that somebody should look at. */
const MAX_RESTARTS = 3;
const RESTART_MS = 500;
/** Failed starts that are retried, of all parts together. More than this is not an accident. */
const MAX_RETRIES = 6;
/** Interval of the health Worker's cron, which `wrangler dev` does not fire by itself. */
const CRON_MS = 60_000;

export interface SystemOptions extends PartOptions {
  /** Tells the operator something. */
  say(text: string): void;
  /**
   * Publishes the configuration, once the console and the health Worker listen. @returns a line for the operator, or nothing
   * @throws Error if that fails
   */
  publish(): Promise<string>;
}

/** Everything that `npm start` runs. */
export class LocalSystem {
  readonly #options: SystemOptions;
  readonly #processes: Processes;
  readonly #parts: PartList;
  #retries = 0;
  /** Demo origins that do not run, because a key or a `kill` ended them. */
  readonly #broken = new Set<Part>();
  #ready = false;
  #failed: string | undefined;
  #ending = false;
  #cron: NodeJS.Timeout | undefined;

  constructor(options: SystemOptions) {
    this.#options = options;
    this.#parts = new PartList(options);
    this.#processes = new Processes(join(LOCAL_DIR, 'log'), (death) => this.#died(death));
  }

  /**
   * Starts everything and waits until requests are served.
   * @returns a line that says what does not work yet; empty if everything works
   * @throws Error if a part died or no request is served in time
   */
  async start(): Promise<string> {
    const { start, config, publish, say } = this.#options;
    // Workers that were killed are still registered, and others would call them.
    rmSync(REGISTRY_DIR, { recursive: true, force: true });
    await this.#parts.choosePorts();
    const parts = this.#parts.all;
    for (const part of parts) this.#processes.start(part);

    const limit_ms = parts.filter(({ optional }) => !optional).length * START_MS;
    const deadline = Date.now() + limit_ms;
    const wait = async (what: string, check: () => Promise<boolean>) => {
      if (await until(check, deadline, () => this.#failed !== undefined)) return;
      throw new Error(
        this.#failed ?? `${what} within ${limit_ms / 1000} s; see ${this.#processes.logFile('gateway')}`,
      );
    };
    for (const { name, optional } of parts)
      await wait(
        `${name} does not listen`,
        async () => (optional && !this.#runs(name)) || this.#listens(name),
      );
    // Nobody has opened the local store yet. When several Workers create it at once, some find it locked.
    const said = await publish();
    if (said !== '') say(said);
    this.#fireCron();
    const { gateway_port } = start;
    await wait(
      'the gateway is not live',
      async () => (await statusOf(gateway_port, '/.well-known/plimsoll/live')) === 200,
    );
    const problem = await throughToAnOrigin(gateway_port, knockOn(config.balancers), wait, {
      // A user's own origins may be down or answer with errors, and an operator may have changed the demo since. The operator is
      // told, and the system still starts.
      may_fail: start.config !== DEMO_CONFIG || said !== '',
    });
    this.#ready = true;
    return problem;
  }

  /** Every part with its port, process and log. */
  rows(): TableRow[] {
    const pids = this.#processes.pids();
    return this.#parts.all.map(({ name, what, port }) => ({
      name,
      what,
      port,
      pid: pids.get(name),
      log: this.#processes.logFile(name),
    }));
  }

  /** Keys of the demo origins that do not run: `1`, `2`, `3`. */
  broken(): ReadonlySet<string> {
    const { demo } = this.#parts;
    return new Set(demo.flatMap((part, index) => (this.#broken.has(part) ? [String(index + 1)] : [])));
  }

  /** Breaks a running demo origin as a crash would, or mends a broken one. */
  toggle(key: string): void {
    const part = this.#parts.demo[Number(key) - 1];
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

  /** Looks the part up by name, because it may move to another port meanwhile. */
  async #listens(name: string): Promise<boolean> {
    const part = this.#parts.named(name);
    if (part === undefined || !(await accepts(part.port))) return false;
    // Another program may listen on the port, so the log of a Worker has to say that the Worker does.
    return part.says === undefined || this.#processes.hasSaid(part.name, part.says);
  }

  /**
   * Starts a part again if a new start may succeed: the local store was locked, or the part's port was taken and the
   * part can move to another one.
   * @returns whether it was started
   */
  async #retried(part: Part): Promise<boolean> {
    const obstacle = this.#processes.obstacle(part.name);
    if (obstacle === undefined || ++this.#retries > MAX_RETRIES) return false;
    const again = obstacle === 'port taken' ? await this.#parts.moved(part) : part;
    if (again === undefined || this.#ending) return false;
    this.#processes.start(again);
    return true;
  }

  #runs(name: string): boolean {
    return this.#processes.pids().has(name);
  }

  #fireCron(): void {
    const fire = () =>
      void statusOf(
        this.#parts.named('health')?.port ?? 0,
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
    const part = this.#parts.named(death.name);
    if (part === undefined || this.#ending) return;
    const { say } = this.#options;
    const log = this.#processes.logFile(part.name);
    if (this.#parts.isDemo(part) && this.#ready) {
      // Somebody who ends an origin wants to see what happens without it, so it stays down until it is mended.
      this.#broken.add(part);
      say(`${part.name} ended (${death.how}). To mend it: node ${part.args.join(' ')}`);
    } else if (part.optional && !this.#parts.isDemo(part)) {
      const last = this.#processes.tail(part.name, 1);
      say(`${part.name} ended (${death.how}); everything else goes on without it: ${last}`);
    } else if (!this.#ready) {
      void this.#retried(part).then((retried) => {
        if (!retried) this.#failed ??= this.#lastWords(part.name, `ended (${death.how})`);
      });
    } else if (death.count > MAX_RESTARTS) {
      say(`${part.name} died again (${death.how}) and is not restarted; see ${log}`);
    } else {
      say(`${part.name} died (${death.how}) and is restarted; see ${log}`);
      setTimeout(async () => {
        if (this.#ending) return;
        // A registry entry of the dead process would keep the new one from registering.
        if (part.registered !== undefined) rmSync(part.registered, { force: true });
        if (!(await this.#retried(part))) this.#processes.start(part);
      }, RESTART_MS);
    }
  }
}
