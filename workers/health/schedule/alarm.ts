import { TICK_MS } from './probe_loop.ts';

/** The coordinator sets no alarm this far ahead, and an alarm that is this late was lost. */
export const LOST_ALARM_MS = 60_000;

/** The alarm of a Durable Object that runs rounds. The platform may lose it. */
export class Alarm {
  readonly #storage: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'>;
  readonly #now: () => number;
  #in_round = false;

  /** @param now milliseconds since the epoch */
  constructor(storage: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'>, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /**
   * Runs a round, and sets the alarm of the next one.
   * @param round resolves with the time of the next one
   * @param goesOn whether there is a next one, asked after the round. Default: there is
   */
  async ring(round: () => Promise<number>, goesOn: () => boolean = () => true): Promise<void> {
    let next = this.#now() + TICK_MS;
    this.#in_round = true;
    try {
      next = await round();
    } catch (error) {
      console.error(`health: a round failed: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      this.#in_round = false;
      // Even a failed round must not stop the clock.
      if (goesOn()) await this.#storage.setAlarm(next);
    }
  }

  /** Makes sure that the next round does not begin later than `at`, even if the alarm was lost. */
  async by(at: number): Promise<void> {
    // During a round no alarm is set, and its end sets the next one.
    if (this.#in_round) return;
    const alarm = await this.#storage.getAlarm();
    if (alarm === null || alarm > at) await this.#storage.setAlarm(at);
  }

  /** Makes sure that an alarm is set. */
  async keep(): Promise<void> {
    const alarm = await this.#storage.getAlarm();
    const now = this.#now();
    // If it is set too far ahead, the clock was set back.
    if (alarm === null || Math.abs(alarm - now) > LOST_ALARM_MS) await this.#storage.setAlarm(now);
  }
}
