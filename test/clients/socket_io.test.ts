import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Application, type Differences, siteOf, startTown, type Town } from './site.ts';

// A socket.io session lives in the memory of one server. Another server answers its requests with 400, and the client
// has to connect again. These tests show that a client stays on its server, and what happens when that server dies.

const CLIENTS = 6;
/** The number of messages that each client sends in every phase of a test. */
const MESSAGES = 15;
const PAUSE_MS = 20;
/** After this time without an acknowledgement, a client sends a message again. */
const LOST_MS = 5_000;

type Transports = ('polling' | 'websocket')[];

const application: Application = (server, name) => {
  new Server(server).on('connection', (socket) => {
    socket.on('hello', (answer: (name: string) => void) => answer(name));
  });
};

function affinity(
  session_affinity: 'cookie' | 'ip_cookie' | 'header',
  zero_downtime_failover: 'temporary' | 'sticky',
): Differences {
  return {
    balancer: {
      session_affinity,
      session_affinity_attributes: {
        zero_downtime_failover,
        ...(session_affinity === 'header' ? { headers: ['x-user'] } : {}),
      },
    },
  };
}

const WAYS: Record<string, Differences> = {
  'a cookie, temporary failover': affinity('cookie', 'temporary'),
  'a cookie, sticky failover': affinity('cookie', 'sticky'),
  'an address and a cookie, temporary failover': affinity('ip_cookie', 'temporary'),
  'an address and a cookie, sticky failover': affinity('ip_cookie', 'sticky'),
  'a header, temporary failover': affinity('header', 'temporary'),
  'a hash of the address': { pool: { origin_steering: { policy: 'hash' } } },
  'a hash of a header': {
    pool: { origin_steering: { policy: 'hash', options: { key: ['header:x-user'] } } },
  },
};

const TRANSPORTS: Record<string, Transports> = {
  polling: ['polling'],
  'polling, then a WebSocket': ['polling', 'websocket'],
  'a WebSocket': ['websocket'],
};

/** One socket.io client, and the servers that acknowledged its messages, in order. */
interface Client {
  socket: Socket;
  heard: string[];
  /** Messages whose acknowledgement did not come in time. */
  lost: number;
}

function connect({ plimsoll }: Town, number: number, transports: Transports): Client {
  const socket = io(plimsoll.url, {
    transports,
    forceNew: true,
    withCredentials: true,
    reconnectionDelay: 100,
    reconnectionDelayMax: 300,
    extraHeaders: { 'x-user': `user ${number}`, 'cf-connecting-ip': `203.0.113.${number + 1}` },
  });
  onTestFinished(() => void socket.disconnect());
  return { socket, heard: [], lost: 0 };
}

/** Sends messages, each until it is acknowledged. */
async function talk(client: Client): Promise<void> {
  client.heard = [];
  client.lost = 0;
  while (client.heard.length < MESSAGES) {
    const name: string | undefined = await client.socket
      .timeout(LOST_MS)
      .emitWithAck('hello')
      .catch(() => undefined);
    if (name === undefined) client.lost++;
    else client.heard.push(name);
    await sleep(PAUSE_MS);
  }
}

const serversOf = ({ heard }: Client) => new Set(heard).size;

describe.each(Object.entries(WAYS))('socket.io, kept by %s', (_way, differs) => {
  it.each(Object.entries(TRANSPORTS))(
    'over %s: stays on one server, and moves once when it dies',
    async (_, transports) => {
      const town = await startTown(application, differs);
      const clients = Array.from({ length: CLIENTS }, (_, number) => connect(town, number, transports));

      await Promise.all(clients.map(talk));
      expect(clients.map(({ lost }) => lost)).toEqual(clients.map(() => 0));
      expect(clients.map(serversOf)).toEqual(clients.map(() => 1));

      const dead = siteOf(town, clients[0]?.heard[0]);
      const moved = clients.filter(({ heard }) => heard[0] === dead.name);
      await dead.kill();
      await Promise.all(clients.map(talk));
      expect(clients.map(serversOf)).toEqual(clients.map(() => 1));
      for (const client of moved) expect(client.heard).not.toContain(dead.name);
      // The message that was on its way when the server died, and one more if the client had not noticed yet.
      expect(Math.max(...clients.map(({ lost }) => lost))).toBeLessThanOrEqual(2);

      await dead.revive();
      await Promise.all(clients.map(talk));
      // A client moves back at most once to the server that has returned.
      expect(Math.max(...clients.map(serversOf))).toBeLessThanOrEqual(2);
      await Promise.all(clients.map(talk));
      expect(clients.map(serversOf)).toEqual(clients.map(() => 1));
    },
  );
});
