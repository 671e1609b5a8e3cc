import { type About, type Done, type Job, RANK_BATCH } from './rank_batch.ts';

/** The RPC interface of a loaded script. */
export interface ScriptIsolate {
  about(): Promise<About>;
  rank(jobs: readonly Job[]): Promise<Done[]>;
}

/** Raise it with every change of RANK_BATCH or MAIN. The id of an isolate must change with the code that runs in it. */
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

/** Finds the isolate of a script by its hash. The platform makes it at the first call, without network and bindings. */
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
