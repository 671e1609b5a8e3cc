import { DataCentre, type SharedCache } from './data_centre.ts';
import { Reader, type Sources } from './reader.ts';

/** The bindings through which an isolate reads documents. */
export interface ReaderEnv extends Sources {
  /** The id of the KV namespace. It names the deployment whose documents an entry of the cache belongs to. */
  KV_ID?: string;
  /** Of the Worker that is deployed. */
  VERSION?: { id: string };
}

/**
 * The reader of an isolate. Workers with the same `KV_ID` share the entries of their data centre. Without it, the isolates of one
 * version of one Worker do.
 * @param cache returns `caches.default`; may throw
 * @param now milliseconds since the epoch
 */
export function isolateReader(env: ReaderEnv, cache: () => SharedCache, now: () => number): Reader {
  const scope = env.KV_ID ?? env.VERSION?.id;
  return new Reader(env, new DataCentre(scope, cache, now), now);
}
