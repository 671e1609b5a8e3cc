import type { Config } from '../model/config.ts';
import type { OriginId } from '../model/ids.ts';
import type { ProbeReason } from './carrying.ts';

/** A probe that a person requests: once, now and without consequences. */
export interface PreviewOrder {
  origin: OriginId;
  /** Where to look up the origin and its monitors. Absent: the published configuration. */
  config?: Config;
}

/**
 * The result of one monitor.
 * @example { monitor: 'http', url: 'https://eu-1.example.com:443/health', outcome: 'success', status: 200, rtt_ms: 14 }
 */
export interface PreviewResult {
  monitor: string;
  /** The probed URL; for tcp: `tcp://eu-1.example.com:5432`. */
  url: string;
  /** `lost`: the proxy is not bound or failed, which says nothing about the origin. */
  outcome: 'success' | 'failure' | 'lost';
  /** Why the probe failed. Absent on success. */
  reason?: ProbeReason;
  /** Why the result was lost. */
  detail?: string;
  /** HTTP status. 0: there was no response. */
  status: number;
  rtt_ms: number;
}

/** RPC interface of the health Worker's entrypoint `Preview`. */
export interface Previewer {
  /** @returns one result per monitor; empty if nothing probes the origin; undefined if there is no such origin */
  preview(order: PreviewOrder): Promise<PreviewResult[] | undefined>;
}
