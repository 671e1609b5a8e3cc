import { followedBy } from './followed.ts';
import type { Book, Ledger, Point } from './ledger.ts';
import { startOf } from './steering.ts';

/** A request that was served by a configuration that another one had replaced. */
interface Late {
  point: Point;
  /** Time since the next version was published, or since the gateway started if that was later. */
  late_ms: number;
  /** Time that isolates may take, by the faults of that time. */
  allowed_ms: number;
}

/** Finds requests whose gateway did not follow a publication in the time that it may take. */
export function servedByOldConfiguration({ ledger }: Book): string[] {
  return lateIn(ledger)
    .filter(({ late_ms, allowed_ms }) => late_ms > allowed_ms)
    .map(({ point, late_ms, allowed_ms }) => {
      const s = (ms: number) => (ms / 1_000).toFixed(1);
      const id = point.path.slice(point.path.lastIndexOf('/') + 1);
      return `${id}: version ${point.config_version}, replaced ${s(late_ms)} s before; allowed: ${s(allowed_ms)} s`;
    });
}

/** The longest time in which a replaced configuration still served requests, in seconds. */
export function longestFollowing(ledger: Ledger): number {
  return lateIn(ledger).reduce((longest, { late_ms }) => Math.max(longest, late_ms), 0) / 1_000;
}

function lateIn(ledger: Ledger): Late[] {
  const followed = followedBy(ledger);
  const published_at = new Map(ledger.publications.map(({ version, at }) => [version, at]));
  const gateways = ledger.generations.filter(({ worker }) => worker === 'gateway');
  return ledger.points.flatMap((point) => {
    const replaced_at = published_at.get(point.config_version + 1);
    // A client may leave a cold isolate before the isolate has a configuration.
    if (replaced_at === undefined || point.outcome === 'client_gone') return [];
    const at = startOf(point);
    // A cold isolate begins with what it finds, which may be the bundled configuration.
    const begun_at = gateways.reduce(
      (latest, { started_at }) => (started_at <= at ? Math.max(latest, started_at) : latest),
      replaced_at,
    );
    return [{ point, late_ms: at - begun_at, allowed_ms: followed(begun_at) - begun_at }];
  });
}
