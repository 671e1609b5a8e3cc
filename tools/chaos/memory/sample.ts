import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Replaceable } from '../stage/replaceable.ts';
import type { MemorySample } from './growth.ts';
import { liveHeapBytes } from './live_heap.ts';

const SAMPLE_MS = 2_500;

/** Measures the current process of each Worker again and again, until it is stopped. */
export function sampleMemory(workers: readonly Replaceable[]): { stop(): Promise<MemorySample[]> } {
  const samples: MemorySample[] = [];
  let running = true;
  const sampling = (async () => {
    while (running) {
      const now = await Promise.all(workers.map(({ generations }) => sampleOf(generations.at(-1))));
      samples.push(...now.filter((sample) => sample !== undefined));
      await sleep(SAMPLE_MS);
    }
  })();
  return {
    stop: async () => {
      running = false;
      await sampling;
      return samples;
    },
  };
}

async function sampleOf(
  generation: Replaceable['generations'][number] | undefined,
): Promise<MemorySample | undefined> {
  if (generation?.inspector_port === undefined) return undefined;
  const { worker, pid, inspector_port } = generation;
  const heap_bytes = await liveHeapBytes(inspector_port, worker);
  if (heap_bytes === undefined) return undefined;
  return { at: Date.now(), worker, pid, heap_bytes, resident_bytes: residentBytes(pid) };
}

function residentBytes(pid: number): number | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}
