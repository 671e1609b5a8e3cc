import { parentPort, workerData } from 'node:worker_threads';
import { RANK_BATCH, type RankBatch } from '../../../workers/selector/scripts/rank_batch.ts';
import { LAWS } from './laws.ts';

// Checks a script against all laws. check_script.ts starts this file in a thread, which it can stop.

/** A message of the thread: it begins with a law, or has the result of one. */
export type Message = { begins: string } | { ends: string; wrong?: string };

const say = (message: Message) => parentPort?.postMessage(message);
const module = (source: string) => import(`data:text/javascript,${encodeURIComponent(source)}`);

let asked = false;
// In production, the script's isolate has no network either.
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
    // A script that exports no strategy breaks every law; one line is enough.
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
