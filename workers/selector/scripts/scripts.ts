import type { FactName } from '../../../shared/contracts/facts.ts';
import type { HealthDocument } from '../../../shared/contracts/health.ts';
import { SCRIPT_PREFIX } from '../../../shared/contracts/scripts.ts';
import type { Question } from '../../../shared/contracts/selection.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { random } from '../../../shared/strategies/random.ts';
import type { Strategy } from '../../../shared/strategies/strategy.ts';
import { pending } from '../../../shared/time/clock.ts';
import { DeadlineError, within } from '../../../shared/time/within.ts';
import type { Sequences } from '../draws.ts';
import type { Env } from '../env.ts';
import type { Strategies } from '../plan.ts';
import { planFor } from '../plan_for.ts';
import { wanted } from '../select.ts';
import { isolateOf } from './isolate.ts';
import { jobsOf, type NamedJob } from './jobs.ts';
import { scriptsIn } from './named_scripts.ts';
import { nonsenseIn } from './nonsense.ts';
import { PreparedDraws, prepared } from './prepared.ts';
import type { Done } from './rank_batch.ts';
import { type Script, ScriptStore } from './store.ts';

/** The longest that a question waits for a script to load, and for its rankings. Together they are below the gateway's 50 ms. */
const LOAD_MS = 15;
const RANK_MS = 25;
/** How long a script that failed is left alone. */
const PAUSE_MS = 1_000;
/** Sets of strategies kept. Each version and each failure of a script makes another. */
const MAX_SETS = 32;
/** How long an answer is good in which `random` stands in for a script. */
export const FAILED_AGE_MS = 1_000;

/** The arguments of select() for a configuration that names scripts. */
export interface Prepared {
  strategies: Strategies;
  draws: Sequences;
  want: number;
  /** Whether `random` stands in for a script somewhere. */
  failed: boolean;
}

type Background = (work: Promise<unknown>) => void;

/**
 * The step before select(), which is pure and waits for nothing. It fetches the rankings of scripts from their isolates, in one
 * call for each script. Where a script is missing, throws, is too slow or answers nonsense, `random` ranks the same targets.
 * The strategy's name says so, in answers and data points: `random (script:mine failed)`.
 */
export class Scripts {
  readonly #env: Env;
  readonly #now: () => number;
  readonly #store: ScriptStore;
  readonly #ours: Strategies;
  /** By script: why it is left alone, and until when. A new version is tried at once. */
  readonly #paused = new Map<string, { hash: string; until: number; reason: string }>();
  /** By the version or failure of each script. A plan is kept for as long as its strategies are the same object. */
  readonly #sets = new Map<string, Strategies>();

  /** @param now milliseconds since the epoch */
  constructor(env: Env, now: () => number, ours: Strategies) {
    this.#env = env;
    this.#now = now;
    this.#ours = ours;
    this.#store = new ScriptStore(env, now);
  }

  /**
   * @returns undefined: the configuration names no script that is not compiled in
   * @throws Error as planFor does
   */
  async prepare(
    config: ConfigDocument,
    health: HealthDocument | undefined,
    question: Question,
    draws: Sequences,
    background: Background,
  ): Promise<Prepared | undefined> {
    // A script that is compiled in (shared/strategies/catalogue.ts) is a strategy like any other.
    const names = scriptsIn(config).filter((name) => !Object.hasOwn(this.#ours, SCRIPT_PREFIX + name));
    if (names.length === 0) return undefined;
    await this.#load(names, background);
    const failures = new Map(names.flatMap((name) => this.#unusable(name) ?? []));

    const { facts } = question;
    const plan = planFor(config, health, question, this.#now(), this.#setOf(names, failures));
    const { jobs, want } = plan.vary.some((fact) => facts[fact] === undefined)
      ? { jobs: [], want: wanted(question) }
      : jobsOf(plan, facts, wanted(question), draws);
    const done = new Map<string, Done>();
    const asked = [...new Set(jobs.map(({ script }) => script))].map(async (name) => {
      const own = jobs.filter(({ script }) => script === name);
      const reason = await this.#rank(name, own, done, background);
      if (reason !== undefined) failures.set(name, reason);
    });
    await Promise.all(asked);
    return {
      strategies: this.#setOf(names, failures),
      draws: new PreparedDraws(draws, done),
      want,
      failed: failures.size > 0,
    };
  }

  /** Waits up to {@link LOAD_MS} for scripts that are missing or old. A script that comes later serves the next question. */
  async #load(names: readonly string[], background: Background): Promise<void> {
    const missing: Promise<void>[] = [];
    for (const name of names) {
      const old = this.#store.isOld(name);
      const reading = this.#store.refresh(name);
      if (reading === undefined) continue;
      background(reading);
      if (old) missing.push(reading);
    }
    if (missing.length > 0) await within(LOAD_MS, Promise.all(missing)).catch(() => undefined);
  }

  /** @returns the script's name and why it cannot be asked now; undefined: it can */
  #unusable(name: string): [string, string][] | undefined {
    if (this.#env.LOADER === undefined) return [[name, 'has no Worker Loader']];
    const script = this.#store.get(name);
    if (script === undefined) return [[name, this.#store.errorOf(name) === '' ? 'not loaded' : 'broken']];
    const paused = this.#paused.get(name);
    const rests =
      paused !== undefined && paused.hash === script.hash && pending(paused.until, this.#now(), PAUSE_MS);
    return rests ? [[name, paused.reason]] : undefined;
  }

  /** Calls a script for its rankings. @returns why there are none; undefined: they are in `done` */
  async #rank(
    name: string,
    jobs: readonly NamedJob[],
    done: Map<string, Done>,
    background: Background,
  ): Promise<string | undefined> {
    const { LOADER } = this.#env;
    const script = this.#store.get(name);
    if (LOADER === undefined || script === undefined) return 'not loaded';
    try {
      const asked = jobs.map(({ job }) => job);
      const ranking = isolateOf(LOADER, script.hash, script.source).rank(asked);
      background(ranking.catch(() => undefined));
      const all = await within(RANK_MS, ranking);
      const wrong = nonsenseIn(asked, all);
      if (wrong !== undefined) return this.#fail(script, 'failed', wrong);
      for (const [index, { key, advance }] of jobs.entries()) {
        const part = all[index];
        if (part === undefined) continue;
        advance(part);
        done.set(key, part);
      }
      return undefined;
    } catch (error) {
      if (error instanceof DeadlineError) return this.#fail(script, 'too slow', error.message);
      return this.#fail(script, 'failed', error instanceof Error ? error.message : String(error));
    }
  }

  #fail({ name, hash }: Script, reason: string, detail: string): string {
    console.error(`${SCRIPT_PREFIX}${name} (${hash.slice(0, 12)}) ${reason}: ${detail}`);
    this.#paused.set(name, { hash, reason, until: this.#now() + PAUSE_MS });
    return reason;
  }

  /** Our strategies, and one for every script: its prepared rankings, or `random` in its place. */
  #setOf(names: readonly string[], failures: ReadonlyMap<string, string>): Strategies {
    const key = names.map((name) => `${name}=${failures.get(name) ?? this.#store.get(name)?.hash}`).join(' ');
    let set = this.#sets.get(key);
    if (set === undefined) {
      const standing = names.map((name): [string, Strategy] => {
        const policy = `${SCRIPT_PREFIX}${name}`;
        const script = this.#store.get(name);
        const reason = failures.get(name);
        if (reason !== undefined || script === undefined)
          return [policy, { ...random, name: `random (${policy} ${reason ?? 'not loaded'})` }];
        const { use, weighted, reads } = script;
        return [policy, { name: policy, use, weighted, reads: reads as readonly FactName[], rank: prepared }];
      });
      set = { ...this.#ours, ...Object.fromEntries(standing) };
      if (this.#sets.size >= MAX_SETS) this.#sets.clear();
      this.#sets.set(key, set);
    }
    return set;
  }
}
