import type { Balancer, Config, Monitor, Origin, Pool } from '../model/config.ts';
import { runNow, type Steps, sliceBy } from '../time/steps.ts';
import { InvalidDocument } from './invalid_document.ts';

// A body is JSON in lines, so that a reader can parse a large one in slices. The first line has the counts of the others, which
// shows whether the text is whole, and the small parts of the configuration.

interface FirstLine {
  format: 2;
  /** Number of lines of each kind. */
  counts: Counts;
  /** The parts of a configuration that have no lines of their own. */
  rest: Omit<Config, 'balancers' | 'pools' | 'monitors'>;
}

type Counts = Record<'balancers' | 'pools' | 'origins' | 'monitors', number>;

/** Every further line has one of these. An origin belongs to the pool before it. */
interface Line {
  balancer?: Balancer;
  pool?: Omit<Pool, 'origins'>;
  origin?: Origin;
  monitor?: Monitor;
}

/** Characters that are parsed or written in one slice, which takes about a millisecond. */
const SLICE_CHARS = 64 * 1_024;

/** Writes the body of a configuration. */
export function bodyOf(config: Config): string {
  return runNow(bodySteps(config));
}

/** Writes the body of a configuration in slices. */
export function* bodySteps({ balancers, pools, monitors, ...rest }: Config): Steps<string> {
  const all = Object.values(pools);
  const lines: Line[] = [
    ...balancers.map((balancer) => ({ balancer })),
    ...all.flatMap(({ origins, ...pool }) => [{ pool }, ...origins.map((origin) => ({ origin }))]),
    ...Object.values(monitors).map((monitor) => ({ monitor })),
  ];
  const counts = {
    balancers: balancers.length,
    pools: all.length,
    origins: all.reduce((sum, { origins }) => sum + origins.length, 0),
    monitors: Object.keys(monitors).length,
  };
  const first: FirstLine = { format: 2, counts, rest };
  const isFull = sliceBy(SLICE_CHARS);
  const texts = [JSON.stringify(first)];
  for (const line of lines) {
    const text = JSON.stringify(line);
    texts.push(text);
    if (isFull(text.length)) yield;
  }
  return texts.join('\n');
}

/**
 * Parses a body in slices.
 * @throws {InvalidDocument} unless it is a whole body of format 2
 */
export function* parseBody(text: string): Steps<Config> {
  let end = endOfLine(text, 0);
  const first = parseLine<FirstLine>(text.slice(0, end));
  if (first?.format !== 2) throw new InvalidDocument('a configuration body does not begin with format 2');
  const config: Config = { balancers: [], pools: {}, monitors: {}, ...first.rest };
  const counts: Counts = { balancers: 0, pools: 0, origins: 0, monitors: 0 };
  let origins: Origin[] = [];
  let slice_end = SLICE_CHARS;
  for (let start = end + 1; start < text.length; start = end + 1) {
    end = endOfLine(text, start);
    const { balancer, pool, origin, monitor } = parseLine<Line>(text.slice(start, end)) ?? {};
    if (balancer !== undefined) {
      config.balancers.push(balancer);
      counts.balancers++;
    }
    if (pool !== undefined) {
      origins = [];
      config.pools[pool.id] = { ...pool, origins };
      counts.pools++;
    }
    if (origin !== undefined) {
      origins.push(origin);
      counts.origins++;
    }
    if (monitor !== undefined) {
      config.monitors[monitor.id] = monitor;
      counts.monitors++;
    }
    if (end < slice_end) continue;
    slice_end = end + SLICE_CHARS;
    yield;
  }
  const kinds = Object.keys(counts) as (keyof Counts)[];
  if (kinds.some((kind) => counts[kind] !== first.counts[kind]))
    throw new InvalidDocument('a configuration body is cut short');
  return config;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

function parseLine<T>(line: string): T | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
