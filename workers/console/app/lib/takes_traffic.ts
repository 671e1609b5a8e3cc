import type { OriginStatus } from '../../../../shared/contracts/status.ts';

/** Whether an origin gets new requests, as far as its settings and its checks say. */
export function takesTraffic({ enabled, standing, state, weight }: OriginStatus): boolean {
  return enabled && standing === 'ready' && state !== 'down' && weight > 0;
}
