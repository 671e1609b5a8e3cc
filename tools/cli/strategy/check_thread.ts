import { parentPort, workerData } from 'node:worker_threads';
import { RANK_BATCH, type RankBatch } from '../../../workers/selector/scripts/rank_batch.ts';
import { LAWS } from './laws.ts';

// Runs a script under all laws, in a thread that can be ended: check_script.ts starts it.

/** What the thread says: that it begins with a law, and how that went. */
export type Message = { begins: string } | { ends: string; wrong?: string };

const say = (message: Message) => parentPort?.postMessage(message);
const module = (source: string) => import(`data:text/javascript,${encodeURIComponent(source)}`);

let asked = false;
/** As in its isolate, it finds no network here. */
globalThis.fetch = () => {
  asked = true;
  throw new Error('a strategy has no network');
};

const LOADS = 'it loads';
say({ begins: LOADS });
try {
  const script = (await module(String(workerData))) as object;
  const host = (await module(RANK_BATCH)) as RankBatch;
  say({ ends: LOADS });
  for (const { says, holds, first = false } of LAWS) {
    say({ begins: says });
    const message = verdict(says, () => holds(script, host));
    say(message);
    // What is no strategy need not be told so by every law.
    if (first && 'wrong' in message) process.exit();
  }
  const network = 'it does not ask for the network';
  say({ begins: network });
  say({ ends: network, ...(asked ? { wrong: 'it called fetch' } : {}) });
} catch (error) {
  say({ ends: LOADS, wrong: String(error) });
}

function verdict(ends: string, holds: () => string | undefined): Message {
  try {
    const wrong = holds();
    return wrong === undefined ? { ends } : { ends, wrong };
  } catch (error) {
    return { ends, wrong: `it threw ${String(error)}` };
  }
}
