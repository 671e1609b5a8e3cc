import { getOrMake, retain } from '../../../../shared/maps.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import { elapsed } from '../../../../shared/time/clock.ts';
import type { LoadReport } from './orca.ts';

/** What is known of one origin from its own reports. */
interface Entry {
  /** Of the last usable report of utilization. */
  qps: number;
  utilization: number;
  eps: number;
  updated_at: number;
  /** First usable report of this run of them; undefined: there is none, or they have expired. */
  non_empty_since: number | undefined;
  rif: number;
  /** Requests sent since then, which `rif` does not count. */
  sent: number;
  /** How many reports there were. */
  reports: number;
  /** What a request costs: of its own reports with the way there, else the first-byte time of the last answer. */
  latency_ms: number;
  /** The way there, smoothed; undefined: it reported no latency yet. */
  network_ms: number | undefined;
  seen_at: number;
}

/** Weight of the newest time of the way to an origin: that of a round trip in RFC 6298. */
const SMOOTHING = 1 / 8;

/** A58's parameters, in milliseconds. */
export interface WeightOptions {
  error_penalty: number;
  blackout_ms: number;
  expiration_ms: number;
}

/** What origins report of their load, as one isolate sees it in the answers that it carries. */
export class Reports {
  readonly #entries = new Map<OriginId, Entry>();

  /**
   * Takes up how an attempt went and what the origin said of its load.
   * @param rif requests in flight as the gateway counts them; used where the report has no `rif`
   * @param first_byte_ms as the gateway measured it; used where the report has no `lat_ms` (the median latency of requests that
   *   came at about that many in flight). Where it has, the rest of `first_byte_ms` is the way to the origin
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
   * An origin's weight by gRFC A58: qps / (utilization + errors / qps * penalty).
   * @returns 0: not known, because nothing was reported, not for long enough, or too long ago
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
   * @returns takes the count back, for a request that ended without a report; undefined: nothing is known of the origin
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

  /** What Prequal goes by; undefined: not known, or older than `age_ms`. */
  recent(origin: OriginId, age_ms: number, now: number): { rif: number; latency_ms: number } | undefined {
    const entry = this.#entries.get(origin);
    if (entry === undefined || elapsed(entry.seen_at, now) > age_ms) return undefined;
    return { rif: entry.rif + entry.sent, latency_ms: entry.latency_ms };
  }

  /** Forgets the origins for which `holds` is false: they are not the servers that have reported. */
  keep(holds: (origin: OriginId) => boolean): void {
    retain(this.#entries, holds);
  }
}

function newEntry(): Entry {
  const rates = { qps: 0, utilization: 0, eps: 0, updated_at: 0, non_empty_since: undefined };
  return { ...rates, rif: 0, sent: 0, reports: 0, latency_ms: 0, network_ms: undefined, seen_at: 0 };
}
