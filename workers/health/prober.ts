import type { Prober } from '../../shared/contracts/carrying.ts';
import type { HealthEnv } from './env.ts';

/** The proxy behind a binding; undefined: it is not bound here. */
export function proberFor(env: HealthEnv, binding: string): Prober | undefined {
  return binding.startsWith('PROXY_') ? env[binding as `PROXY_${string}`] : env.PROXY;
}
