import type { Config } from '../model/config.ts';
import type { OriginId } from '../model/ids.ts';
import type { ProbeReason } from './carrying.ts';

/** A probe asked for by a person: once, now, and without any consequence. */
export interface PreviewOrder {
  origin: OriginId;
  /** Whose origin and monitors to take; absent: the published configuration's. */
  config?: Config;
}

/** What one monitor sees of the origin. */
export interface PreviewResult {
  monitor: string;
  /** What is asked: `https://eu-1.example.com:443/health`, `tcp://eu-1.example.com:5432`. */
  url: string;
  /** `lost`: the proxy is missing or failed, which says nothing of the origin. */
  outcome: 'success' | 'failure' | 'lost';
  /** Absent where it is well. */
  reason?: ProbeReason;
  /** Why it was lost. */
  detail?: string;
  /** HTTP status; 0: none. */
  status: number;
  rtt_ms: number;
}

/** The health Worker's RPC interface for people, on its entrypoint `Preview`. */
export interface Previewer {
  /** @returns one result a monitor, none if nothing probes it; undefined: there is no such origin */
  preview(order: PreviewOrder): Promise<PreviewResult[] | undefined>;
}
