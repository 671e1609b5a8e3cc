import type { Env, Io } from '../../../workers/proxy/env.ts';

/** The settings of production. A test overrides the ones that it is about. */
export const ENV: Env = { CDN_LOOP_ID: 'plimsoll', CONNECT_CHECK: 'off', RESOLVE_OVERRIDE: 'on' };

/** How a fake connection ends. `hang`: it neither opens nor fails. */
export type Connection = 'opens' | 'refused' | 'hang';

/** A fake outside that records its calls. */
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

/** A `fetch` that never answers, but is aborted by its request's signal like the real one. */
export function neverAnswers(request: Request): Promise<Response> {
  return new Promise((_, reject) => {
    request.signal.addEventListener('abort', () => reject(request.signal.reason));
  });
}
