import * as v from 'valibot';
import { readDocuments } from '../../documents.ts';
import type { Env } from '../../env.ts';
import { probe } from '../../probe.ts';
import { readSignals } from '../../signals/read_signals.ts';
import { type Status, status } from '../../status.ts';
import type { Route } from '../route.ts';
import { ProbeBody } from './schemas.ts';

/** What is happening now: states and probes. */
export const STATUS_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/status',
    scope: 'read',
    tag: 'operation',
    summary: 'Shows every load balancer, pool and origin with its state and its recent traffic.',
    result: v.looseObject({
      generated_at: v.string(),
      balancers: v.array(v.looseObject({ id: v.string() })),
    }),
    handle: async ({ env, now }) => ({ result: await readStatus(env, now) }),
  },
  {
    method: 'POST',
    path: '/api/probe',
    scope: 'operate',
    tag: 'operation',
    summary: 'Probes an origin once, without consequences.',
    body: ProbeBody,
    body_size: 'large',
    result: v.object({ origin: v.string(), results: v.array(v.looseObject({})) }),
    handle: async ({ env, body }) => ({ result: await probe(body, env.HEALTH) }),
  },
];

/** The status with what KV, the coordinator and data points say now. @param now milliseconds since the epoch */
export async function readStatus(env: Env, now: number): Promise<Status> {
  const [{ config, health }, signals] = await Promise.all([
    readDocuments(env.KV, env.OPERATOR),
    readSignals(env, now, fetch),
  ]);
  return status(config, health, now, signals);
}
