import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../project/root.ts';
import { endGroups, signalGroup } from './groups.ts';
import { NewText } from './new_text.ts';

/** A process to run: a script with this Node. */
export interface ProcessSpec {
  /** Name of the process and of its log file. */
  name: string;
  /** Script and arguments. */
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/** The unexpected end of a process. */
export interface Death {
  name: string;
  /** `exit code 1`, `signal SIGKILL`. */
  how: string;
  /** Deaths of the process with this name so far, including this one. */
  count: number;
}

/** Messages of wrangler, workerd and Node about a port that is taken. */
const PORT_TAKEN = /EADDRINUSE|address already in use/i;
/** Message of workerd about a local store that another process has locked. */
const STORE_LOCKED = /SQLITE_BUSY/;
/** wrangler starts a workerd that crashed again by itself. It says that it is ready, and answers nothing any more. */
const CRASHED = 'The Workers runtime crashed unexpectedly';
const LOOK_MS = 1_000;
/** Lines of a log that contain an error and its stack. */
const LAST_LINES = 40;

/** Runs processes, each in its own process group and with a log file for its output. */
export class Processes {
  readonly #running = new Map<string, number>();
  readonly #deaths = new Map<string, number>();
  readonly #log_dir: string;
  readonly #on_death: (death: Death) => void;
  readonly #guard: ChildProcess;
  readonly #watch: NodeJS.Timeout;
  readonly #logs = new NewText();

  constructor(log_dir: string, on_death: (death: Death) => void) {
    this.#log_dir = log_dir;
    this.#on_death = on_death;
    mkdirSync(log_dir, { recursive: true });
    const guard = fileURLToPath(new URL('./guard.ts', import.meta.url));
    this.#guard = spawn(process.execPath, [guard], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    // Without the guard, the system still works. Only a sudden end of this process would leave processes behind.
    this.#guard.stdin?.on('error', () => {});
    this.#guard.unref();
    this.#watch = setInterval(() => this.#endCrashed(), LOOK_MS).unref();
  }

  /** Starts a process. Its log is emptied, unless the process had died. */
  start(spec: ProcessSpec): void {
    this.#spawn(spec, (pid, how) => this.#ended(spec.name, pid, how));
  }

  /** Process ids by name. */
  pids(): Map<string, number> {
    return new Map(this.#running);
  }

  /** Kills one process, as a crash would. It does not count as a death. */
  kill(name: string): void {
    const pid = this.#running.get(name);
    this.#running.delete(name);
    if (pid !== undefined) signalGroup(pid, 'SIGKILL');
  }

  /** Ends all processes and waits for it. No process may be started afterwards. */
  async endAll(grace_ms?: number): Promise<void> {
    clearInterval(this.#watch);
    const pids = [...this.#running.values()];
    this.#running.clear();
    await endGroups(pids, grace_ms);
    this.#guard.stdin?.end();
  }

  /** The log file of a process. */
  logFile(name: string): string {
    return join(this.#log_dir, `${name}.log`);
  }

  /** Whether the log of a process contains a text. */
  hasSaid(name: string, text: string): boolean {
    return readFileSync(this.logFile(name), 'utf8').includes(text);
  }

  /** The last lines of a process's log. */
  tail(name: string, lines = 12): string {
    const text = readFileSync(this.logFile(name), 'utf8').trimEnd();
    return text.split('\n').slice(-lines).join('\n');
  }

  /** Why a process ended, if the end of its log names a reason that may be gone after a new start. */
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

  /** Kills processes whose workerd crashed, so that they are started again as after any other death. */
  #endCrashed(): void {
    for (const [name, pid] of this.#running)
      if (this.#logs.of(this.logFile(name)).includes(CRASHED)) signalGroup(pid, 'SIGKILL');
  }

  #ended(name: string, pid: number, how: string): void {
    if (this.#running.get(name) !== pid) return;
    this.#running.delete(name);
    // A wrangler that died leaves workerd and esbuild behind, which would keep its port.
    signalGroup(pid, 'SIGKILL');
    const count = (this.#deaths.get(name) ?? 0) + 1;
    this.#deaths.set(name, count);
    this.#on_death({ name, how, count });
  }
}
