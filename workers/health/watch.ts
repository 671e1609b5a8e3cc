import { within } from '../../shared/time/within.ts';
import { checkInTurn } from './check_in_turn.ts';
import type { Env } from './env.ts';
import { judge, type Verdict } from './judge.ts';
import type { Region, Watched, WatchKey } from './order.ts';
import { proberFor } from './prober.ts';
import { checkRow, record } from './record.ts';
import { due, firstDue, follow, nextCheck, type Records, type WatchRecord } from './schedule.ts';
import { type Lane, Slots } from './slots.ts';
import { Shelf } from './stored_map.ts';

/**
 * Checks that one alarm starts. A quick try, and with the usual two retries three more, are 28 Worker invocations: below
 * the 32 and the 50 subrequests (free plan) of one event. More are left for the next alarm, which then comes at once.
 */
const MAX_STARTS = 7;

/** How long a round waits for its quick checks. Slower ones go on beside the next rounds and delay no other origin. */
export const TICK_MS = 1_000;

/** One prober's clockwork: probes what is due, and judges each origin by rise and fall for itself alone. */
export class Watch {
  readonly #env: Env;
  readonly #records: Shelf<WatchKey, WatchRecord>;
  readonly #slots: Slots;
  readonly #running = new Set<WatchKey>();
  #watched: readonly Watched[] = [];
  #region: Region;

  /** @param max_probes probes at a time */
  constructor(kv: SyncKvStorage, env: Env, region: Region, max_probes: number) {
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

  /** Starts what is due, and waits a while for the quick checks among it. */
  async tick(): Promise<void> {
    const { quick = [], slow = [] } = Object.groupBy(
      due(this.#watched, this.records, this.#running, Date.now()),
      ({ key }) => laneOf(this.#records.get(key)),
    );
    const starts = [...quick, ...slow].slice(0, MAX_STARTS).map((each) => ({ each, end: this.#start(each) }));
    const ends = starts.filter(({ each }) => quick.includes(each)).map(({ end }) => end);
    await within(TICK_MS, Promise.all(ends)).catch(() => undefined);
  }

  /** When the next check is due, or one that is under way is to be looked at again; Infinity: never. */
  nextAt(now: number): number {
    const first = firstDue(this.#watched, this.records, this.#running, now);
    return this.#running.size > 0 ? Math.min(first, now + TICK_MS) : first;
  }

  /** @returns its end; never rejects */
  #start(each: Watched): Promise<void> {
    this.#running.add(each.key);
    return this.#check(each)
      .catch((error) => console.error(`health: the check of ${each.key} failed: ${String(error)}`))
      .finally(() => this.#running.delete(each.key));
  }

  async #check(each: Watched): Promise<void> {
    const { key, monitor } = each;
    const order = this.#region === 'default' ? each.order : { ...each.order, region: this.#region };
    const before = this.#records.get(key);
    // Retries guard against a false `down`, so an origin that is down needs none.
    const retries = before?.verdict.state === 'down' ? 0 : monitor.retries;
    const { checked, lane } = await checkInTurn(
      this.#slots,
      proberFor(this.#env, each.proxy),
      order,
      retries,
      laneOf(before),
      Date.now,
    );
    const now = Date.now();
    const known = this.#records.get(key);
    // The origin was forgotten or redefined while the check was under way, so its result means nothing any more.
    if (known?.definition !== each.definition) return;

    const verdict = judge(known.verdict, checked, monitor, now);
    const { slow: _, ...kept } = known;
    this.#records.put(key, {
      ...kept,
      ...nextCheck(known, monitor.interval_ms, now, Math.random),
      verdict,
      ...(lane === 'slow' ? { slow: true } : {}),
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

/** The lane in which an origin's next check begins. An origin that was never checked begins in the quick lane. */
function laneOf(record: WatchRecord | undefined): Lane {
  return record?.slow === true ? 'slow' : 'quick';
}
