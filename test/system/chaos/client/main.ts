import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../../../../tools/simulate/random.ts';
import { KINDS, type KindName } from '../content.ts';
import { exchange } from './exchange.ts';
import type { ClientOrder, ClientPlan, ClientReport } from './protocol.ts';
import { session } from './session.ts';

// A process of its own: the users. Sends what its parent orders and reports each answer. Ends with its parent.

const stopping = new AbortController();
let agent = new Agent({ keepAlive: true });

const report = (message: ClientReport) => void process.send?.(message);

/** Open loop: requests come when they come, whether or not those before have been answered. */
async function send({ port, seed, rate }: ClientPlan): Promise<void> {
  const random = randomOf(seed, 'client');
  const under_way: Promise<void>[] = [];
  const start = Date.now();
  for (let number = 0, due_ms = 0; !stopping.signal.aborted; number++) {
    const kind = draw(random());
    const id = `${seed}-${number}-${Math.floor(random() * 1e9).toString(36)}`;
    under_way.push(exchange(port, kind, id, agent).then((sent) => report({ sent })));
    due_ms += (500 + random() * 1_000) / rate;
    await sleep(Math.max(start + due_ms - Date.now(), 0));
  }
  await Promise.all(under_way);
}

/** Holds a WebSocket open; where one is lost, the next takes its place. */
async function hold({ port, seed }: ClientPlan, place: number): Promise<void> {
  for (let number = 0; !stopping.signal.aborted; number++) {
    const held = await session(port, `${seed}-w${place}-${number}`, stopping.signal);
    report({ session: held });
    if (held.ended_by === 'lost') await sleep(200);
  }
}

/** Every kind, as often as its share of a hundred. */
const HUNDRED = (Object.keys(KINDS) as KindName[]).flatMap((kind) =>
  Array.from({ length: KINDS[kind].share }, () => kind),
);

function draw(random: number): KindName {
  return HUNDRED[Math.floor(random * HUNDRED.length)] ?? 'short';
}

process.on('message', async (order: ClientOrder) => {
  if ('stop' in order) return stopping.abort();
  if ('renew' in order) {
    const { freeSockets } = agent;
    // Once it keeps nothing alive, a connection ends with its answer.
    Object.assign(agent, { keepAlive: false });
    for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    agent = new Agent({ keepAlive: true });
    return report({ renewed: true });
  }
  const plan = order.start;
  await Promise.all([send(plan), ...Array.from({ length: plan.sockets }, (_, place) => hold(plan, place))]);
  // Behind all other reports.
  process.send?.({ done: true } satisfies ClientReport, () => process.exit());
});
process.on('disconnect', () => process.exit());
report({ ready: true });
