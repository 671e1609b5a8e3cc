import { within } from '../../shared/within.ts';
import { check } from './check.ts';
import type { HealthEnv } from './env.ts';
import { judge, type Verdict } from './judge.ts';
import type { Region, Watched, WatchKey } from './order.ts';
import { proberFor } from './prober.ts';
import { checkRow, record } from './record.ts';
import { due, firstDue, follow, nextCheck, type Records, type WatchRecord } from './schedule.ts';
import { Shelf } from './shelf.ts';
import { Slots } from './slots.ts';

/**
 * Checks that one alarm starts. With the usual two retries they stay below the 32 Worker invocations and the
 * 50 subrequests (free plan) of one event; more are left for the next alarm, which then comes at once.
 */
const MAX_STARTS = 10;

/** A round waits this long for its checks; slower ones go on beside the next rounds and hold up no other origin. */
export const TICK_MS = 1_000;

/** One prober's clockwork: probes what is due, and judges each origin by rise and fall for itself alone. */
export class Watch {
  readonly #env: HealthEnv;
  readonly #records: Shelf<WatchKey, WatchRecord>;
  readonly #slots: Slots;
  readonly #running = new Map<WatchKey, Promise<void>>();
  #watched: readonly Watched[] = [];
  #region: Region;

  /** @param max_probes probes at a time */
  constructor(kv: SyncKvStorage, env: HealthEnv, region: Region, max_probes: number) {
    this.#env = env;
    this.#records = new Shelf(kv, 'origin:');
    this.#slots = new Slots(max_probes);
    this.#region = region;
  }

  /** Takes over what to watch, and as whom. @param known see {@link follow} */
  follow(watched: readonly Watched[], known?: Parameters<typeof follow>[4], region = this.#region): void {
    this.#region = region;
    this.#watched = watched;
    this.#records.replace(follow(this.#records.entries, watched, Date.now(), Math.random, known));
  }

  get records(): Records {
    return this.#records.entries;
  }

  /** Starts what is due, and waits for it a while. */
  async tick(): Promise<void> {
    const starts = due(this.#watched, this.records, this.#running, Date.now()).slice(0, MAX_STARTS);
    for (const each of starts) this.#start(each);
    await within(TICK_MS, Promise.all(this.#running.values())).catch(() => undefined);
  }

  /** When the next check is due, or one that is under way is to be looked at again; Infinity: never. */
  nextAt(now: number): number {
    const first = firstDue(this.records, this.#running);
    return this.#running.size > 0 ? Math.min(first, now + TICK_MS) : first;
  }

  #start(each: Watched): void {
    const running = this.#check(each)
      .catch((error) => console.error(`health: the check of ${each.key} failed: ${String(error)}`))
      .finally(() => this.#running.delete(each.key));
    this.#running.set(each.key, running);
  }

  async #check(each: Watched): Promise<void> {
    const { key, monitor } = each;
    const order = this.#region === 'default' ? each.order : { ...each.order, region: this.#region };
    const checked = await this.#slots.run(() =>
      check(proberFor(this.#env, each.proxy), order, monitor.retries),
    );
    const now = Date.now();
    const known = this.#records.get(key);
    // Forgotten or redefined while it was under way: the answer is to a question that nobody asks any more.
    if (known?.definition !== each.definition) return;

    const verdict = judge(known.verdict, checked, monitor, now);
    this.#records.put(key, {
      ...known,
      ...nextCheck(known, monitor.interval_ms, now, Math.random),
      verdict,
    });
    if (checked.ended === 'lost') console.error(`health: no result for ${key}: ${checked.detail}`);
    if (verdict.state !== known.verdict.state) this.#say(key, known.verdict, verdict);
    await record(this.#env.HEALTH, [checkRow(each, this.#region, checked, known.verdict, verdict)]);
  }

  #say(key: WatchKey, before: Verdict, after: Verdict): void {
    const where = this.#region === 'default' ? '' : ` from ${this.#region}`;
    console.log(`health: ${key}${where} ${before.state} -> ${after.state} ${after.reason ?? ''}`.trimEnd());
  }
}
