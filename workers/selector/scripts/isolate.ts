import type { About, Done, Job } from './rank_batch.ts';
import { RANK_BATCH } from './rank_batch.ts';

/** The RPC interface of a loaded script. */
export interface ScriptIsolate {
  about(): Promise<About>;
  rank(jobs: readonly Job[]): Promise<Done[]>;
}

/** Goes with RANK_BATCH and MAIN: an isolate is known by an id, which has to change with what runs in it. */
const HOST_VERSION = 1;

/** Milliseconds of processor time for one call. The local runtime knows no such limit. */
const CPU_MS = 50;

const MAIN = `
import { WorkerEntrypoint } from 'cloudflare:workers';
import * as script from './script.js';
import { about, rankBatch } from './rank_batch.js';
export default class extends WorkerEntrypoint {
  about() { return about(script); }
  rank(jobs) { return rankBatch(script, jobs); }
}
`;

/**
 * The isolate of a script: made by the platform when it is first called, found again by its hash. It has no network
 * and no bindings.
 */
export function isolateOf(loader: WorkerLoader, hash: string, source: string): ScriptIsolate {
  const stub = loader.get(`${HOST_VERSION}/${hash}`, () => ({
    compatibilityDate: '2026-10-01',
    mainModule: 'main.js',
    modules: { 'main.js': MAIN, 'rank_batch.js': RANK_BATCH, 'script.js': source },
    env: {},
    globalOutbound: null,
    limits: { cpuMs: CPU_MS },
  }));
  return stub.getEntrypoint() as unknown as ScriptIsolate;
}
