import { type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';
import type { Balancer } from '../../shared/model/config.ts';

/** The host and path of a request that a load balancer matches. */
export interface Knock {
  host: string;
  path: string;
}

/** A host and path that the first enabled load balancer serves. */
export function knockOn(balancers: readonly Balancer[]): Knock {
  const balancer = balancers.find(({ enabled }) => enabled);
  const host = balancer?.host ?? '*';
  return { host: host === '*' ? 'localhost' : host.replace(/^\*/, 'www'), path: balancer?.path ?? '/' };
}

/** Sends a GET to 127.0.0.1. @returns its status; undefined without an answer within `timeout_ms` */
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

/** Whether a process accepts connections on a port of 127.0.0.1. */
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
 * Repeats a check until it succeeds, `giveUp` returns true, or the deadline passes.
 * @returns whether the check succeeded
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

/** Time in which a user's own origins must answer. After it, the system is ready without them. */
const ORIGINS_MS = 10_000;

/**
 * Waits for the answer of an origin.
 * @param wait waits until a check succeeds, and throws an Error with its first argument if it never does
 * @param may_fail whether to continue without an answer
 * @returns a line that says what is wrong if it continued without an answer; otherwise empty
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
