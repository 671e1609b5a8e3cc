import type { Env, Io } from '../../../workers/proxy/env.ts';

/** As in production; a test changes what it is about. */
export const ENV: Env = { CDN_LOOP_ID: 'plimsoll', CONNECT_CHECK: 'off', RESOLVE_OVERRIDE: 'on' };

/** How a fake connection comes out. `hang`: it never does. */
export type Connection = 'opens' | 'refused' | 'hang';

/** An outside world that is made up, and remembers what it was asked. */
export function fakeIo(
  fetch: (request: Request) => Promise<Response>,
  connection: Connection = 'opens',
): Io & { requests: Request[]; connected_to: SocketAddress[]; closed: number } {
  const io = {
    requests: [] as Request[],
    connected_to: [] as SocketAddress[],
    closed: 0,
    fetch(request: Request) {
      io.requests.push(request);
      return fetch(request);
    },
    connect(address: SocketAddress) {
      io.connected_to.push(address);
      const opened =
        connection === 'opens'
          ? Promise.resolve({})
          : connection === 'refused'
            ? Promise.reject(new Error('proxy request failed, cannot connect to the specified address'))
            : new Promise(() => undefined);
      const close = async () => {
        io.closed++;
      };
      return { opened, closed: Promise.resolve(), close } as unknown as Socket;
    },
    now: () => Date.now(),
  };
  return io;
}

/** A `fetch` that never answers, but heeds its request's signal as the real one does. */
export function neverAnswers(request: Request): Promise<Response> {
  return new Promise((_, reject) => {
    request.signal.addEventListener('abort', () => reject(request.signal.reason));
  });
}
