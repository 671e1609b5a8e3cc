import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A stable address before a process that is replaced: a connection stays with the process that it was opened to,
 * each new one goes to the current one.
 */
export interface Front {
  /** On 127.0.0.1. */
  port: number;
  /** Where new connections go from now on; undefined: they are closed at once. */
  target: number | undefined;
  /** Connections that are open to a target. */
  open(target: number): number;
  stop(): Promise<void>;
}

/** Starts one. It moves bytes and knows nothing of what they mean. */
export async function startFront(): Promise<Front> {
  const sockets = new Set<Socket>();
  const counts = new Map<number, number>();
  const count = (target: number, by: number) => counts.set(target, (counts.get(target) ?? 0) + by);
  // Half-open on both sides: the end of one direction is passed on as that, and as nothing else.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const { target } = front;
    near.on('error', () => undefined);
    if (target === undefined) return void near.resetAndDestroy();
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    count(target, 1);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      // A connection that breaks, breaks on both sides.
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        sockets.delete(socket);
        if (socket === far) count(target, -1);
        if (!other.destroyed && !socket.readableEnded) other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const front: Front = {
    port: (server.address() as AddressInfo).port,
    target: undefined,
    open: (target) => counts.get(target) ?? 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return front;
}
