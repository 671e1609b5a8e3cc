import type { ProbeOrder, ProbeReason, ProbeResult, Prober } from '../../../shared/contracts/carrying.ts';
import { PROBE_REASONS } from '../../../shared/contracts/carrying.ts';
import { within } from '../../../shared/time/within.ts';

/** How one check of one origin ended, retries included. */
export type Checked =
  | { ended: 'success'; rtt_ms: number; status: number }
  | { ended: 'failure'; rtt_ms: number; status: number; reason: ProbeReason }
  /** The proxy is not bound, threw an exception or did not answer. This says nothing about the origin. */
  | { ended: 'lost'; rtt_ms: number; status: number; reason: 'other'; detail: string };

/** A proxy enforces `timeout_ms` itself. If it takes this much longer, the proxy hangs rather than the origin. */
export const PROXY_GRACE_MS = 1_000;

/**
 * Checks one origin once. Retries a time-out immediately, up to `retries` times, as Cloudflare does. Any other failure is final.
 * @returns never rejects; resolves within (`retries` + 1) × (`timeout_ms` + {@link PROXY_GRACE_MS})
 */
export async function check(
  prober: Prober | undefined,
  order: ProbeOrder,
  retries: number,
): Promise<Checked> {
  for (let retry = 0; ; retry++) {
    const checked = await probe(prober, order);
    if (!timedOut(checked) || retry >= retries) return checked;
  }
}

/** Whether the origin did not answer in time. */
export function timedOut(checked: Checked): boolean {
  return checked.ended === 'failure' && TIMEOUTS.has(checked.reason);
}

const TIMEOUTS = new Set<ProbeReason>(['tcp_timeout', 'http_timeout']);

async function probe(prober: Prober | undefined, order: ProbeOrder): Promise<Checked> {
  if (prober === undefined)
    return lost('the proxy of this origin is not bound: add it to wrangler.health.toml');
  try {
    const result = await within(order.timeout_ms + PROXY_GRACE_MS, prober.probe(order));
    if (typeof result?.healthy !== 'boolean')
      return lost('the proxy returned no probe result: deploy a current proxy');
    return fromResult(result);
  } catch (error) {
    return lost(error instanceof Error ? error.message : String(error));
  }
}

function fromResult({ healthy, reason, rtt_ms, status }: ProbeResult): Checked {
  if (healthy) return { ended: 'success', rtt_ms, status };
  // A newer proxy may report reasons that this Worker does not know.
  const known = PROBE_REASONS.find((each) => each === reason) ?? 'other';
  return { ended: 'failure', reason: known, rtt_ms, status };
}

function lost(detail: string): Checked {
  return { ended: 'lost', reason: 'other', rtt_ms: 0, status: 0, detail };
}

/** The proxies that are bound to this Worker. Probes take the same route as traffic. */
export interface Proxies {
  /** For origins that name no proxy. */
  PROXY: Prober;
  /** For origins that name one: `"proxy": "eu"` is `PROXY_EU`, as in the gateway. */
  [proxy: `PROXY_${string}`]: Prober;
}

/** The proxy behind a binding. Undefined: the Worker has no such binding. */
export function proberFor(proxies: Proxies, binding: string): Prober | undefined {
  return binding.startsWith('PROXY_') ? proxies[binding as `PROXY_${string}`] : proxies.PROXY;
}
