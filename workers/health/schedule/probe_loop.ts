import { within } from '../../../shared/time/within.ts';
import type { Env, Io } from '../env.ts';
import { checkStateAfter } from '../judge/check_state.ts';
import { FAST_MS } from '../paces.ts';
import { proberFor } from '../probe/check.ts';
import { checkInTurn, QUICK_MS } from '../probe/check_in_turn.ts';
import type { ProbeRegion, Watched, WatchKey } from '../probe/order.ts';
import { type Lane, Slots } from '../probe/slots.ts';
import { checkRow, writePoint } from '../record.ts';
import { StoredMap } from '../stored_map.ts';
import { due, firstDue, follow, nextCheck, type Records, type WatchRecord } from './schedule.ts';

/**
 * Most checks that one alarm starts. A check takes up to four Worker invocations: one quick probe, then three full ones with the
 * default of two retries. 7 × 4 = 28 stays below the limits of one event: 32 invocations, 50 subrequests on the free plan.
 * The remaining checks wait for the next alarm, which then fires at once.
 */
const MAX_STARTS = 7;
/**
 * The most suspected origins in the quick lane at a time. The lane has at least three slots (slots.ts), so one is left for the usual
 * checks, however many origins are suspected.
 */
const MAX_HURRIED = 2;
/** How long a round waits for its quick checks. Slower checks continue during the next rounds and delay no other origin. */
export const TICK_MS = 1_000;

/** The loop of one prober: checks what is due and applies rise and fall to what it sees itself. */
export class ProbeLoop {
  readonly #env: Env;
  readonly #records: StoredMap<WatchKey, WatchRecord>;
  readonly #slots: Slots;
  readonly #running = new Set<WatchKey>();
  /**
   * The origins that {@link hurry} has checked more often. Only in memory: after a restart, the check that is due still comes at once,
   * and the next ones at the usual interval.
   */
  readonly #suspected = new Set<WatchKey>();
  /** The checks of suspected origins in the quick lane. Each resolves when it has left the lane. */
  readonly #hurried = new Set<Promise<void>>();
  #watched: readonly Watched[] = [];
  #region: ProbeRegion;
  readonly #io: Io;

  /** @param max_probes number of probes that may run at a time */
  constructor(kv: SyncKvStorage, env: Env, region: ProbeRegion, max_probes: number, io: Io) {
    this.#env = env;
    this.#io = io;
    this.#records = new StoredMap(kv, 'origin:');
    this.#slots = new Slots(max_probes);
    this.#region = region;
  }

  /**
   * Replaces the list of what to check.
   * @param known see {@link follow}
   * @param region where this prober is
   */
  follow(watched: readonly Watched[], known?: Parameters<typeof follow>[4], region = this.#region): void {
    this.#region = region;
    this.#watched = watched;
    for (const key of this.#suspected) if (!this.#records.get(key)) this.#suspected.delete(key);
    this.#records.replace(follow(this.#records.entries, watched, this.#io.now(), this.#io.random, known));
  }

  /**
   * Checks origins at once because traffic to them fails, and then every {@link FAST_MS} until a check succeeds or their state
   * changes. An origin that is down already is not hurried.
   */
  hurry(suspected: ReadonlySet<WatchKey>): void {
    for (const { key, monitor } of this.#watched) {
      const record = suspected.has(key) ? this.#records.get(key) : undefined;
      if (record === undefined || record.verdict.state === 'down') continue;
      this.#suspected.add(key);
      // An extra check, so the next usual one stays on its grid.
      const slot_at = (record.slot_at ?? record.next_at) - monitor.interval_ms;
      this.#records.put(key, { ...record, slot_at, next_at: this.#io.now() });
    }
  }

  get records(): Records {
    return this.#records.entries;
  }

  /** Starts the checks that are due. Waits up to {@link TICK_MS} for the quick ones. */
  async tick(): Promise<void> {
    const all = due(this.#watched, this.records, this.#running, this.#io.now());
    const {
      hurried = [],
      quick = [],
      slow = [],
    } = Object.groupBy(all, ({ key }) =>
      laneOf(this.#records.get(key)) === 'slow' ? 'slow' : this.#suspected.has(key) ? 'hurried' : 'quick',
    );
    const first = hurried.slice(0, MAX_HURRIED - this.#hurried.size);
    for (const each of first) this.#startHurried(each);
    const room = MAX_STARTS - first.length;
    const ends = quick.slice(0, room).map((each) => this.#start(each));
    for (const each of slow.slice(0, Math.max(0, room - quick.length))) void this.#start(each);
    // Usual checks that found no room do not wait for suspected origins.
    if (quick.length <= room) ends.push(...this.#hurried);
    await within(TICK_MS, Promise.all(ends)).catch(() => undefined);
  }

  /** When to call {@link tick} next: when a check is due, or soon while checks are running. Infinity: never. */
  nextAt(now: number): number {
    const first = firstDue(this.#watched, this.records, this.#running, now);
    return this.#running.size > 0 ? Math.min(first, now + TICK_MS) : first;
  }

  #startHurried(each: Watched): void {
    const left = within(QUICK_MS, this.#start(each))
      .catch(() => undefined)
      .finally(() => this.#hurried.delete(left));
    this.#hurried.add(left);
  }

  /** @returns resolves when the check has ended; never rejects */
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
    // Retries guard against a false `down`. An origin that is already down needs none.
    const retries = before?.verdict.state === 'down' ? 0 : monitor.retries;
    const { checked, lane } = await checkInTurn(
      this.#slots,
      proberFor(this.#env, each.proxy),
      order,
      retries,
      laneOf(before),
      this.#io.now,
    );
    const now = this.#io.now();
    const known = this.#records.get(key);
    // The origin was removed or redefined during the check, so the result is meaningless.
    if (known?.definition !== each.definition) return;

    const state = checkStateAfter(known.verdict, checked, monitor, now);
    const { slow: _, ...kept } = known;
    const usual = nextCheck(known, monitor.interval_ms, now, this.#io.random);
    const fails =
      checked.ended === 'failure' && state.state === known.verdict.state && state.state !== 'down';
    if (!fails) this.#suspected.delete(key);
    this.#records.put(key, {
      ...kept,
      ...usual,
      // The grid stays, so the mean interval stays too.
      ...(this.#suspected.has(key) && now + FAST_MS < usual.next_at
        ? { slot_at: known.slot_at ?? known.next_at, next_at: now + FAST_MS }
        : {}),
      verdict: state,
      ...(lane === 'slow' ? { slow: true } : {}),
    });
    if (checked.ended === 'lost') console.error(`health: no result for ${key}: ${checked.detail}`);
    const from = this.#region === 'default' ? '' : ` from ${this.#region}`;
    if (state.state !== known.verdict.state)
      console.log(
        `health: ${key}${from} ${known.verdict.state} -> ${state.state} ${state.reason ?? ''}`.trimEnd(),
      );
    await writePoint(this.#env.HEALTH, checkRow(each, this.#region, checked, known.verdict, state));
  }
}

/** The lane in which the next check begins. An origin without a record begins in the quick lane. */
function laneOf(record: WatchRecord | undefined): Lane {
  return record?.slow === true ? 'slow' : 'quick';
}
