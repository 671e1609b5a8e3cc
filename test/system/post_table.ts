import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { configFor } from '../../tools/harness/config.ts';
import { startOrigin } from '../../tools/harness/origin.ts';
import { startPlimsoll } from './harness/plimsoll.ts';

/** Faults of the origin that gets a POST first. */
export const POST_FAULTS = [
  'refuses connections',
  'resets after the headers',
  'resets after the body',
  'answers 503',
] as const;
export type PostFault = (typeof POST_FAULTS)[number];

/** The result of one POST to three origins, the first of which has a fault. */
export interface PostRow {
  fault: PostFault;
  /** `retry.also_methods`: whether a POST may be repeated even if an application may have run it. */
  may_repeat: boolean;
  /** The status that the client got. */
  status: number;
  /** How many times the origin with the fault ran it. */
  faulty_runs: number;
  /** How many times the other origins ran it, in total. */
  other_runs: number;
}

const BODY = 'p'.repeat(10_240);

/** Sends a POST of 10 KB for each fault through real processes, with and without `also_methods`. */
export async function postTable(): Promise<PostRow[]> {
  const rows: PostRow[] = [];
  for (const may_repeat of [false, true])
    for (const fault of POST_FAULTS) rows.push(await postWith(fault, may_repeat));
  return rows;
}

/** Formats the rows as a table in Markdown. */
export function formatPostTable(rows: readonly PostRow[]): string {
  const head = '| one of three origins … | `also_methods` | the client gets | runs there | runs elsewhere |';
  const lines = rows.map(({ fault, may_repeat, status, faulty_runs, other_runs }) =>
    [fault, may_repeat ? '`["POST"]`' : '`[]`', status, faulty_runs, other_runs].join(' | '),
  );
  return [head, '| --- | --- | --- | --- | --- |', ...lines.map((line) => `| ${line} |`)].join('\n');
}

async function postWith(fault: PostFault, may_repeat: boolean): Promise<PostRow> {
  const faulty = await startFaulty(fault);
  const others = [await startOrigin({ name: 'second' }), await startOrigin({ name: 'third' })];
  const config = configFor([{ name: 'faulty', port: faulty.port }, ...others], {
    balancer: { retry: { attempts: 3, also_methods: may_repeat ? ['POST'] : [] } },
    pool: { origin_steering: { policy: 'off' } },
  });
  // Plain workerd reports a refused and a reset connection alike. Production distinguishes them.
  const bindings = { proxy: { CONNECT_CHECK: { text: 'on' } } };
  const plimsoll = await startPlimsoll({ config, bindings });
  try {
    const response = await fetch(plimsoll.url, { method: 'POST', body: BODY });
    await response.arrayBuffer();
    const other_runs = others.reduce((sum, { requests }) => sum + (requests['POST'] ?? 0), 0);
    return { fault, may_repeat, status: response.status, faulty_runs: faulty.runs(), other_runs };
  } finally {
    await plimsoll.stop();
    faulty.stop();
    for (const other of others) await other.stop();
  }
}

/** Starts an origin with a fault. It runs a request that has arrived completely. */
async function startFaulty(fault: PostFault): Promise<{ port: number; runs(): number; stop(): void }> {
  let runs = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let received = '';
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      received += data.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end === -1) return;
      if (fault === 'resets after the headers') return void socket.resetAndDestroy();
      if (received.length < end + 4 + BODY.length) return;
      runs++;
      if (fault === 'resets after the body') return void socket.resetAndDestroy();
      socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  if (fault === 'refuses connections') server.close();
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, runs: () => runs, stop };
}

if (import.meta.main) console.log(formatPostTable(await postTable()));
