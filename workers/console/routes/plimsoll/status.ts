import * as v from 'valibot';
import type { Status } from '../../../../shared/contracts/status.ts';
import { requireScope } from '../../access/allow.ts';
import { readDocuments } from '../../documents.ts';
import type { Env } from '../../env.ts';
import { probe } from '../../probe.ts';
import { readSignals } from '../../signals/read_signals.ts';
import { status } from '../../status.ts';
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
    summary:
      'Probes an origin once, without consequences. With a `config` in place of the published one it needs the scope admin.',
    admin_for: 'a `config`',
    body: ProbeBody,
    body_size: 'large',
    result: v.object({ origin: v.string(), results: v.array(v.looseObject({})) }),
    async handle({ env, body, principal }) {
      // Who chooses the configuration chooses any URL, method and headers.
      if ((body as v.InferOutput<typeof ProbeBody>)['config'] !== undefined) requireScope(principal, 'admin');
      return { result: await probe(body, env.HEALTH) };
    },
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
