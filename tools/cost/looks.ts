import { LIFETIME_S, PACES } from '../../shared/documents/reader.ts';
import { SAME_MS, SCRIPT_REFRESH_MS } from '../../workers/selector/paces.ts';
import { DAY_S, type Deployment, requestsPerIsolate } from './deployment.ts';

/** Operations per second because isolates look at their sources. */
export interface LookOperations {
  kv_reads: number;
  coordinator_requests: number;
  cache_operations: number;
}

/** Head of the configuration, and health. */
const DOCUMENTS = 2;
/** A busy isolate asks its selector about once a second. */
const QUESTIONS_PER_S = 1;
/** A look that finds no entry stores two (`heads` and `last`), and reads the first to see whether the cache works. */
const OPERATIONS_OF_MISS = 3;

/**
 * How often something happens that is due `pause_s` after it last happened, and then waits for the next of events that come at
 * random.
 */
export function rateAfterPause(pause_s: number, events_per_s: number): number {
  return events_per_s === 0 ? 0 : 1 / (pause_s + 1 / events_per_s);
}

/** What the isolates' looks cost. docs/architecture.md, "How a change travels", has the sources and the times. */
export function lookOperations(deployment: Deployment): LookOperations {
  const { isolates, cache, coordinator, publications_per_day, outages_per_day, scripts } = deployment;
  const source = coordinator ? 'coordinator' : 'kv';
  const pace = PACES[source][cache ? 'shared' : 'alone'];
  const requests = requestsPerIsolate(deployment);
  const questions = Math.min(requests, QUESTIONS_PER_S);
  const changes_per_s = (publications_per_day + 2 * outages_per_day) / DAY_S;
  const busy = requests > 0 ? 1 : 0;
  // A selector looks by itself once in a while, and once for every change that a gateway's question names.
  const looks_per_s =
    isolates *
    (rateAfterPause(pace.refresh_ms / 1_000, requests) +
      rateAfterPause(SAME_MS / 1_000, questions) +
      busy * changes_per_s);
  const misses_per_s = cache ? sharedMisses(deployment, looks_per_s, LIFETIME_S[source]) : looks_per_s;

  const bodies_per_s = (bodyReads(deployment, looks_per_s) * publications_per_day) / DAY_S;
  const script_reads_per_s = scripts * isolates * rateAfterPause(SCRIPT_REFRESH_MS / 1_000, questions);
  const source_reads_per_s = misses_per_s * (coordinator ? 1 : DOCUMENTS) + bodies_per_s;
  const suspicions_per_s = ((cache ? usedCentres(deployment) : isolates) * outages_per_day) / DAY_S;
  return {
    kv_reads: (coordinator ? 0 : source_reads_per_s) + script_reads_per_s,
    coordinator_requests: coordinator ? source_reads_per_s + suspicions_per_s : 0,
    cache_operations: looks_per_s + misses_per_s * OPERATIONS_OF_MISS,
  };
}

/** Data centres that have an isolate. */
export function usedCentres({ isolates, centres }: Deployment): number {
  return Math.min(isolates, centres);
}

/**
 * Looks per second that find no entry in their data centre's cache. An entry lives `lifetime_s`. The next look after that misses, and
 * so do all looks that begin before the new entry is stored, which takes one read. The last of them stores the entry once more.
 */
function sharedMisses(deployment: Deployment, looks_per_s: number, lifetime_s: number): number {
  const centres = usedCentres(deployment);
  const in_centre_per_s = looks_per_s / centres;
  if (in_centre_per_s === 0) return 0;
  const read_s = deployment.read_ms / 1_000;
  const also = in_centre_per_s * read_s;
  // Mean time from the first to the last of the looks that miss.
  const spread_s = read_s - (1 - Math.exp(-also)) / in_centre_per_s;
  return (centres * (1 + also)) / (lifetime_s + 1 / in_centre_per_s + read_s + spread_s);
}

/** Reads of a new body: one in each data centre and those that begin before it is stored, or without a cache one in each isolate. */
function bodyReads(deployment: Deployment, looks_per_s: number): number {
  // Gateway and selector.
  const readers = 2 * deployment.isolates;
  if (looks_per_s === 0) return 0;
  if (!deployment.cache) return readers;
  const centres = usedCentres(deployment);
  return Math.min(readers, centres + (looks_per_s * deployment.read_ms) / 1_000);
}
