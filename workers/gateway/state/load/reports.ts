import { getOrMake, retain } from '../../../../shared/maps.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import { elapsed } from '../../../../shared/time/clock.ts';
import type { LoadReport } from './orca.ts';

/** What is known about one origin from its reports. */
interface Entry {
  /** From the last report with a utilization. */
  qps: number;
  utilization: number;
  eps: number;
  updated_at: number;
  /** When usable reports began. Undefined: there are none, or they have expired. */
  non_empty_since: number | undefined;
  rif: number;
  /** Requests sent since the last report, which `rif` does not include. */
  sent: number;
  /** The number of reports so far. */
  reports: number;
  /** The reported latency plus the time on the network, otherwise the first-byte time of the last answer. */
  latency_ms: number;
  /** The time on the network, smoothed. Undefined: no latency was reported yet. */
  network_ms: number | undefined;
  seen_at: number;
}

/** Weight of the newest network time. RFC 6298 gives a round trip the same weight. */
const SMOOTHING = 1 / 8;

/** Parameters of gRFC A58. */
export interface WeightOptions {
  error_penalty: number;
  blackout_ms: number;
  expiration_ms: number;
}

/** The loads that origins report, as one isolate sees them in the answers that it carries. */
export class Reports {
  readonly #entries = new Map<OriginId, Entry>();

  /**
   * Remembers how an attempt went and what the origin reported.
   * @param rif requests in flight as the gateway counts them, for reports without `rif`
   * @param first_byte_ms as the gateway measured it. If the report has `lat_ms`, the difference is the time on the network
   * @param now milliseconds since the epoch
   */
  note(
    origin: OriginId,
    report: LoadReport | undefined,
    rif: number,
    first_byte_ms: number,
    now: number,
  ): void {
    const entry = getOrMake(this.#entries, origin, newEntry);
    entry.rif = report?.named_metrics['rif'] ?? rif;
    entry.sent = 0;
    entry.reports++;
    entry.seen_at = now;
    const reported_ms = report?.named_metrics['lat_ms'];
    if (reported_ms === undefined) entry.latency_ms = first_byte_ms;
    else {
      const way_ms = Math.max(0, first_byte_ms - reported_ms);
      entry.network_ms ??= way_ms;
      entry.network_ms += (way_ms - entry.network_ms) * SMOOTHING;
      entry.latency_ms = reported_ms + entry.network_ms;
    }
    const utilization = report?.application_utilization || report?.cpu_utilization || 0;
    const qps = report?.rps_fractional ?? 0;
    if (qps > 0 && utilization > 0) {
      entry.non_empty_since ??= now;
      Object.assign(entry, { qps, utilization, eps: report?.eps ?? 0, updated_at: now });
    }
  }

  /**
   * An origin's weight by gRFC A58: qps / (utilization + eps / qps * penalty).
   * @returns 0: not known. Reports are missing, have not come for long enough, or are too old
   */
  weightOf(origin: OriginId, options: WeightOptions, now: number): number {
    const entry = this.#entries.get(origin);
    if (entry?.non_empty_since === undefined) return 0;
    if (elapsed(entry.updated_at, now) >= options.expiration_ms) {
      entry.non_empty_since = undefined;
      return 0;
    }
    if (elapsed(entry.non_empty_since, now) < options.blackout_ms) return 0;
    return entry.qps / (entry.utilization + (entry.eps / entry.qps) * options.error_penalty);
  }

  /**
   * Counts a request that is sent, until the origin reports again.
   * @returns takes the count back, for a request that ends without a report. Undefined: nothing is known about the origin
   */
  sent(origin: OriginId): (() => void) | undefined {
    const entry = this.#entries.get(origin);
    if (entry === undefined) return undefined;
    entry.sent++;
    const { reports } = entry;
    return () => {
      if (entry.reports === reports) entry.sent--;
    };
  }

  /** What Prequal compares. Undefined: not known, or older than `age_ms`. */
  recent(origin: OriginId, age_ms: number, now: number): { rif: number; latency_ms: number } | undefined {
    const entry = this.#entries.get(origin);
    if (entry === undefined || elapsed(entry.seen_at, now) > age_ms) return undefined;
    return { rif: entry.rif + entry.sent, latency_ms: entry.latency_ms };
  }

  /** Forgets the origins for which `holds` is false, because they are not the servers that have reported. */
  keep(holds: (origin: OriginId) => boolean): void {
    retain(this.#entries, holds);
  }
}

function newEntry(): Entry {
  const rates = { qps: 0, utilization: 0, eps: 0, updated_at: 0, non_empty_since: undefined };
  return { ...rates, rif: 0, sent: 0, reports: 0, latency_ms: 0, network_ms: undefined, seen_at: 0 };
}
