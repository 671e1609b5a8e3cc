import { type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';
import type { Balancer } from '../../shared/model/config.ts';

/** Where a request that some load balancer matches goes: its host and path. */
export interface Knock {
  host: string;
  path: string;
}

/** A host and path that the configuration's first enabled load balancer serves. */
export function knockOn(balancers: readonly Balancer[]): Knock {
  const balancer = balancers.find(({ enabled }) => enabled);
  const host = balancer?.host ?? '*';
  return { host: host === '*' ? 'localhost' : host.replace(/^\*/, 'www'), path: balancer?.path ?? '/' };
}

/** The status of a GET to 127.0.0.1; undefined if there is no answer within `timeout_ms`. */
export function statusOf(
  port: number,
  path: string,
  host = 'localhost',
  timeout_ms = 2_000,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path, headers: { host }, timeout: timeout_ms, agent: false };
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('timeout', function (this: ClientRequest) {
        this.destroy();
        resolve(undefined);
      })
      .once('error', () => resolve(undefined))
      .end();
  });
}

/** Whether something accepts connections on a port of 127.0.0.1. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Repeats a check until it holds, `giveUp` says so, or the deadline passes.
 * @returns whether it held
 */
export async function until(
  check: () => Promise<boolean>,
  deadline: number,
  giveUp: () => boolean = () => false,
): Promise<boolean> {
  for (;;) {
    if (giveUp()) return false;
    if (await check()) return true;
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** How long a user's own origins may fail to answer before the system is called ready without them. */
const ORIGINS_MS = 10_000;

/**
 * Waits for an answer that only an origin can have given.
 * @param wait waits until a check holds, and throws with its first argument if it never does
 * @param may_fail whether to go on without one
 * @returns what is wrong if it went on without one; else empty
 */
export async function throughToAnOrigin(
  gateway_port: number,
  { host, path }: Knock,
  wait: (what: string, check: () => Promise<boolean>) => Promise<void>,
  { may_fail }: { may_fail: boolean },
): Promise<string> {
  const give_up = Date.now() + ORIGINS_MS;
  let status: number | undefined;
  await wait('no origin serves a request', async () => {
    status = await statusOf(gateway_port, path, host, ORIGINS_MS);
    return (status !== undefined && status < 500) || (may_fail && Date.now() >= give_up);
  });
  if (status !== undefined && status < 500) return '';
  return `no origin serves ${host}${path} yet: ${status === undefined ? 'no answer' : `status ${status}`}`;
}
