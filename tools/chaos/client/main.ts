import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../../project/random.ts';
import { LANES } from '../lanes.ts';
import { drawRequest, greedyRequest } from './draw.ts';
import { exchange } from './exchange.ts';
import { pauses } from './pauses.ts';
import type { Asked, ClientOrder, ClientPlan, ClientReport } from './protocol.ts';
import { session } from './session.ts';
import { Visitors } from './visitors.ts';

// All users, in a process of its own. It sends what its parent orders and reports each answer. It ends with its parent.

/** Time after the last answer in which the gateway finishes its requests too. */
const SETTLE_MS = 1_000;
/**
 * Idle connections are closed after this time. workerd closes them after 15 s, and resets a request that is sent at that
 * moment. A burst leaves 64 idle connections.
 */
const IDLE_MS = 5_000;
/** Number of keys in the last round. With four origins, one of them gets no key in one of 250 pools (coupon collector). */
const LAST_KEYS = 24;

const stopping = new AbortController();
const visitors = new Visitors();
let agent = newAgent();

const report = (message: ClientReport) => void process.send?.(message);

/** An agent that keeps connections alive. */
function newAgent(): Agent {
  return new Agent({ keepAlive: true, timeout: IDLE_MS });
}

/**
 * Sends the load as an open loop: requests do not wait for the answers to earlier ones. In a pause nobody sends, and at its
 * end many requests come at once.
 */
async function send(plan: ClientPlan): Promise<void> {
  const { seed, minutes, rate } = plan;
  const random = randomOf(seed, 'client');
  const under_way: Promise<void>[] = [];
  const start = Date.now();
  let number = 0;
  const begin = (draw: typeof drawRequest) =>
    under_way.push(ask(draw(random, `${seed}-${number++}`), plan, false));
  const waiting = pauses(seed, minutes);
  for (let due_ms = 0; !stopping.signal.aborted; ) {
    const [pause] = waiting;
    if (pause !== undefined && due_ms >= pause.at_ms) {
      waiting.shift();
      due_ms = pause.at_ms + pause.for_ms;
      await rest(start + due_ms - Date.now());
      for (let i = 0; i < pause.burst; i++) begin(pause.greedy ? greedyRequest : drawRequest);
    }
    begin(drawRequest);
    due_ms += (500 + random() * 1_000) / rate;
    await rest(start + due_ms - Date.now());
  }
  await Promise.all(under_way);
}

async function ask(asked: Asked, { port }: ClientPlan, last: boolean): Promise<void> {
  report({ sent: await exchange(asked, { port, agent, visitors, last }) });
}

/** Waits, at most until the end of the load. */
async function rest(ms: number): Promise<void> {
  await sleep(Math.max(ms, 0), undefined, { signal: stopping.signal }).catch(() => undefined);
}

/** Sends the last round, one request at a time, with enough keys for every origin of every pool. */
async function lastRound(plan: ClientPlan): Promise<void> {
  await sleep(SETTLE_MS);
  const lanes = Object.keys(LANES).filter((lane) => lane.startsWith('last-'));
  for (const lane of lanes) {
    for (let key = 0; key < LAST_KEYS; key++) {
      const id = `${plan.seed}-${lane}-${key}`;
      await ask({ id, kind: 'page', lane, key: `key-${key}`, leaving: undefined }, plan, true);
    }
  }
}

/** Keeps a WebSocket open, and opens another one if it is lost. */
async function hold({ port, seed }: ClientPlan, place: number): Promise<void> {
  for (let number = 0; !stopping.signal.aborted; number++) {
    const held = await session(port, `${seed}-w${place}-${number}`, stopping.signal);
    report({ session: held });
    if (held.ended_by === 'lost') await sleep(200);
  }
}

process.on('message', async (order: ClientOrder) => {
  if ('stop' in order) return stopping.abort();
  if ('renew' in order) {
    const { freeSockets } = agent;
    // From now on, each old connection ends with its answer.
    Object.assign(agent, { keepAlive: false });
    for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    agent = newAgent();
    return report({ renewed: true });
  }
  const plan = order.start;
  await Promise.all([send(plan), ...Array.from({ length: plan.sockets }, (_, place) => hold(plan, place))]);
  await lastRound(plan);
  // The process exits after this message, which follows all other reports.
  process.send?.({ done: true } satisfies ClientReport, () => process.exit());
});
process.on('disconnect', () => process.exit());
report({ ready: true });
