import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A TCP relay with a fixed port, in front of a process that is replaced. An open connection stays with its process; a new
 * connection goes to the current one.
 */
export interface Front {
  /** Port of 127.0.0.1. */
  port: number;
  /** Port of the current process. While undefined, new connections are closed at once. */
  target: number | undefined;
  /** Number of open connections to the process at a port. */
  open(target: number): number;
  stop(): Promise<void>;
}

/** Starts a front. */
export async function startFront(): Promise<Front> {
  const sockets = new Set<Socket>();
  const counts = new Map<number, number>();
  const count = (target: number, by: number) => counts.set(target, (counts.get(target) ?? 0) + by);
  // Half-open on both sides, so that the end of one direction does not end the other.
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
      // An error on one side resets the other.
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
