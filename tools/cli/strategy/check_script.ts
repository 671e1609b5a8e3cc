import { Worker } from 'node:worker_threads';
import type { Message } from './check_thread.ts';
import type { LawResult } from './laws.ts';

/** Time for one law. It is 200 times what the slowest law allows a script, so only an endless loop takes longer. */
const LAW_MS = 5_000;

/**
 * Checks a script's bundle against all laws, in a thread of its own. A script that does not come to an end is stopped,
 * and the remaining laws are not checked.
 */
export async function checkScript(source: string, law_ms = LAW_MS): Promise<LawResult[]> {
  const results: LawResult[] = [];
  // An empty environment and little memory, because this code is not checked yet.
  const thread = new Worker(new URL('./check_thread.ts', import.meta.url), {
    workerData: source,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
  let current = 'it loads';
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((done) => {
    const broken = (wrong: string) => {
      results.push({ law: current, wrong });
      done();
    };
    thread.on('message', (message: Message) => {
      clearTimeout(timer);
      if ('begins' in message) {
        current = message.begins;
        timer = setTimeout(broken, law_ms, `it did not come to an end within ${law_ms / 1_000} s`);
      } else {
        const { ends: law, wrong } = message;
        results.push(wrong === undefined ? { law } : { law, wrong });
      }
    });
    thread.once('error', (error) => broken(String(error)));
    thread.once('exit', () => done());
  });
  clearTimeout(timer);
  await thread.terminate();
  return results;
}
