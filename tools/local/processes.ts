import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../project/root.ts';
import { endGroups, signalGroup } from './groups.ts';

/** A process to run: a script under this Node, and what it needs. */
export interface ProcessSpec {
  /** Also names its log file. */
  name: string;
  /** Script and arguments. */
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/** A process that ended although nobody asked it to. */
export interface Death {
  name: string;
  /** `exit code 1`, `signal SIGKILL`. */
  how: string;
  /** Deaths of this name so far, this one included. */
  count: number;
}

const WELL = 'exit code 0';

/** How wrangler, workerd and Node say that a port is taken. */
const PORT_TAKEN = /EADDRINUSE|address already in use/i;
/** How workerd says that another process has the local store open at this moment. */
const STORE_LOCKED = /SQLITE_BUSY/;
/** Of a log: an error with the stack below it. */
const LAST_LINES = 40;

/** Runs processes, each in a group of its own and with its output in a log file. */
export class Processes {
  readonly #running = new Map<string, number>();
  readonly #deaths = new Map<string, number>();
  readonly #log_dir: string;
  readonly #on_death: (death: Death) => void;
  readonly #guard: ChildProcess;

  constructor(log_dir: string, on_death: (death: Death) => void) {
    this.#log_dir = log_dir;
    this.#on_death = on_death;
    mkdirSync(log_dir, { recursive: true });
    const guard = fileURLToPath(new URL('./guard.ts', import.meta.url));
    this.#guard = spawn(process.execPath, [guard], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    // Should the guard be gone, writing to it fails; it only guards against our own sudden end.
    this.#guard.stdin?.on('error', () => {});
    this.#guard.unref();
  }

  /** Starts a process. Its log begins anew unless it had died. */
  start(spec: ProcessSpec): void {
    this.#spawn(spec, (pid, how) => this.#ended(spec.name, pid, how));
  }

  /** Runs a process to its end. @returns whether it went well */
  run(spec: ProcessSpec): Promise<boolean> {
    return new Promise((resolve) =>
      this.#spawn(spec, (_pid, how) => {
        this.#running.delete(spec.name);
        resolve(how === WELL);
      }),
    );
  }

  /** Process ids by name. */
  pids(): Map<string, number> {
    return new Map(this.#running);
  }

  /** Ends one process at once, as a crash would; it does not count as a death. */
  kill(name: string): void {
    const pid = this.#running.get(name);
    this.#running.delete(name);
    if (pid !== undefined) signalGroup(pid, 'SIGKILL');
  }

  /** Ends all of them, and waits for it. Nothing may be started after that. */
  async endAll(grace_ms?: number): Promise<void> {
    const pids = [...this.#running.values()];
    this.#running.clear();
    await endGroups(pids, grace_ms);
    this.#guard.stdin?.end();
  }

  /** Where the output of a process goes. */
  logFile(name: string): string {
    return join(this.#log_dir, `${name}.log`);
  }

  /** Whether a text is in what a process printed since its log began. */
  hasSaid(name: string, text: string): boolean {
    return readFileSync(this.logFile(name), 'utf8').includes(text);
  }

  /** The last lines a process printed. */
  tail(name: string, lines = 12): string {
    const text = readFileSync(this.logFile(name), 'utf8').trimEnd();
    return text.split('\n').slice(-lines).join('\n');
  }

  /** Why a process ended, if its last words name a reason that may be gone when it is started again. */
  obstacle(name: string): 'port taken' | 'store locked' | undefined {
    const last = this.tail(name, LAST_LINES);
    if (PORT_TAKEN.test(last)) return 'port taken';
    return STORE_LOCKED.test(last) ? 'store locked' : undefined;
  }

  #spawn(spec: ProcessSpec, on_exit: (pid: number, how: string) => void): void {
    const log = openSync(this.logFile(spec.name), this.#deaths.has(spec.name) ? 'a' : 'w');
    const child = spawn(process.execPath, [...spec.args], {
      cwd: ROOT,
      env: spec.env ?? process.env,
      detached: process.platform !== 'win32',
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const { pid } = child;
    if (pid === undefined) throw new Error(`cannot start ${process.execPath}`);
    this.#running.set(spec.name, pid);
    this.#guard.stdin?.write(`+${pid}\n`);
    child.once('exit', (code, signal) => {
      this.#guard.stdin?.write(`-${pid}\n`);
      on_exit(pid, signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  }

  #ended(name: string, pid: number, how: string): void {
    if (this.#running.get(name) !== pid) return;
    this.#running.delete(name);
    // A wrangler that died leaves workerd and esbuild; they would keep its port.
    signalGroup(pid, 'SIGKILL');
    const count = (this.#deaths.get(name) ?? 0) + 1;
    this.#deaths.set(name, count);
    this.#on_death({ name, how, count });
  }
}
