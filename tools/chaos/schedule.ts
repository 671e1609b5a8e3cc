import { type Random, randomOf } from '../project/random.ts';
import {
  type Fault,
  type FaultKind,
  isSourceFault,
  ORIGIN_FAULTS,
  type OriginFault,
  PLATFORM,
  PLATFORM_FAULTS,
  type PlatformFault,
  SOURCE_FAULTS,
  type Source,
} from './faults.ts';

/** Time without faults at the start, in which probes judge every origin, isolates warm up and memory gets its first size. */
export const WARM_UP_MS = 6_000;
/** Time without faults at the end, in which traffic returns to origins that were avoided. */
export const CALM_MS = 9_000;

/** Time between the starts of two origin faults, from and to. */
const ORIGIN_GAP_MS = [1_500, 3_500] as const;
/** Length of an origin fault. Some are longer than the interval of the probes and some are shorter. */
const ORIGIN_FOR_MS = [3_000, 9_000] as const;
const PLATFORM_GAP_MS = [500, 1_000] as const;
const PLATFORM_FOR_MS = [2_500, 5_000] as const;
const SOURCE_FIRST_MS = [0, 3_000] as const;
/** Time between two faults of one source. With their length, all sources work a fifth of the time, and several are broken a third of it. */
const SOURCE_GAP_MS = [3_000, 7_000] as const;
/** Length of a fault of a source. After each, readers avoid the source for 10 s more, in which the next one can break. */
const SOURCE_FOR_MS = [2_500, 5_000] as const;
/** Time between two rolling restarts, in which the new processes serve. */
const RESTART_EACH_MS = 30_000;
/** Time in which a killed process serves again, with some to spare on a busy machine. */
const MEND_MS = 2_000;
/** Probability that the next fault hits the same pool, because faults that pile up are the worst ones. */
const SAME_POOL = 0.5;

/**
 * Draws the faults of a run, with their times and targets: a pure function of its arguments. At every instant, each pool
 * has an origin without a fault. Every kind of origin fault comes once before any comes again. So does every kind of platform fault
 * among those of its target. Workers are replaced only in the first half, so that the last processes live long enough to show a leak.
 *
 * @param pools ids of origins by pool, at least two in each
 * @param minutes length of the load. From one minute on, every kind comes
 * @param publish whether a configuration is published every second from the first fault to the last
 * @returns the faults in the order of `at_ms`
 */
export function schedule(
  seed: number,
  minutes: number,
  pools: Readonly<Record<string, readonly string[]>>,
  publish = false,
): Fault[] {
  const last_ms = minutes * 60_000 - CALM_MS;
  const platform = platformFaults(randomOf(seed, 'platform'), last_ms, minutes * 30_000, publish);
  const restarts = platform.filter(({ kind }) => kind === 'rolling_restart');
  const faults = [
    ...originFaults(randomOf(seed, 'origins'), last_ms, Object.values(pools)),
    ...platform,
    ...(Object.keys(SOURCE_FAULTS) as Source[]).flatMap((source) =>
      sourceFaults(randomOf(seed, source), last_ms, source, restarts),
    ),
  ];
  return faults.sort((a, b) => a.at_ms - b.at_ms);
}

function originFaults(random: Random, last_ms: number, pools: readonly (readonly string[])[]): Fault[] {
  const faults: Fault[] = [];
  const next = deckOf(Object.keys(ORIGIN_FAULTS) as OriginFault[], random);
  let pool = pick(pools, random);
  for (let at_ms = WARM_UP_MS; ; at_ms += between(ORIGIN_GAP_MS, random)) {
    const for_ms = between(ORIGIN_FOR_MS, random);
    if (at_ms + for_ms > last_ms) return faults;
    if (random() > SAME_POOL) pool = pick(pools, random);
    const broken = new Set(faults.filter((fault) => isBroken(fault, at_ms)).map(({ target }) => target));
    const whole = pool.filter((id) => !broken.has(id));
    if (whole.length < 2) continue;
    faults.push({ at_ms, for_ms, kind: next(), target: pick(whole, random) });
  }
}

/** Faults of Workers and publications, one after another. */
function platformFaults(random: Random, last_ms: number, last_restart_ms: number, publish: boolean): Fault[] {
  const faults: Fault[] = [];
  if (publish) {
    const for_ms = last_ms - WARM_UP_MS;
    faults.push({ at_ms: WARM_UP_MS, for_ms, kind: 'publish_each_second', target: PLATFORM });
  }
  const next = deckOf(
    (Object.keys(PLATFORM_FAULTS) as PlatformFault[])
      .filter((kind) => kind !== 'rolling_restart' && !isSourceFault(kind))
      .filter((kind) => !publish || kind !== 'publish_each_second'),
    random,
  );
  let restart_ms = WARM_UP_MS;
  for (let at_ms = WARM_UP_MS; ; ) {
    const for_ms = between(PLATFORM_FOR_MS, random);
    if (at_ms + for_ms > last_ms) return faults;
    const restart = at_ms >= restart_ms && at_ms < last_restart_ms;
    if (restart) restart_ms = at_ms + RESTART_EACH_MS;
    faults.push({ at_ms, for_ms, kind: restart ? 'rolling_restart' : next(), target: PLATFORM });
    at_ms += for_ms + between(PLATFORM_GAP_MS, random);
  }
}

/**
 * Faults of one source of documents, one after another. Sources are independent, so any of them can be broken at the same time.
 * @param restarts while they replace the health Worker, no fault stops it
 */
function sourceFaults(random: Random, last_ms: number, source: Source, restarts: readonly Fault[]): Fault[] {
  const faults: Fault[] = [];
  const next = deckOf<PlatformFault>(SOURCE_FAULTS[source], random);
  for (let at_ms = WARM_UP_MS + between(SOURCE_FIRST_MS, random); ; ) {
    const for_ms = between(SOURCE_FOR_MS, random);
    const ends_ms = at_ms + for_ms;
    if (ends_ms > last_ms) return faults;
    const restart = restarts.find(
      (each) => each.at_ms <= ends_ms && at_ms <= each.at_ms + each.for_ms + MEND_MS,
    );
    if (restart !== undefined && source === 'object') {
      at_ms = restart.at_ms + restart.for_ms + MEND_MS + 1;
      continue;
    }
    faults.push({ at_ms, for_ms, kind: next(), target: source });
    at_ms = ends_ms + between(SOURCE_GAP_MS, random);
  }
}

/** Whether a fault, or its aftermath, affects its target at a time. */
export function isBroken({ at_ms, for_ms }: Fault, time_ms: number): boolean {
  return time_ms >= at_ms && time_ms <= at_ms + for_ms + MEND_MS;
}

/** Deals kinds in random order, each once before any comes again. */
function deckOf<K extends FaultKind>(kinds: readonly K[], random: Random): () => K {
  let deck: K[] = [];
  return () => {
    if (deck.length === 0) deck = [...kinds];
    const [kind] = deck.splice(Math.floor(random() * deck.length), 1);
    if (kind === undefined) throw new RangeError('no kinds to deal');
    return kind;
  };
}

function pick<T>(all: readonly T[], random: Random): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new RangeError('nothing to pick from');
  return one;
}

function between([from, to]: readonly [number, number], random: Random): number {
  return Math.round(from + random() * (to - from));
}
