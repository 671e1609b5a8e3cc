import type { Opinion, Sight } from './sight.ts';

/** One monitor's say in a group. */
export interface Ballot {
  /** Undefined: nothing is known. */
  sight: Sight | undefined;
  must_be_healthy?: true;
  monitoring_only?: true;
}

/**
 * What the monitors of a group make of an origin together, as Cloudflare defines it: a failing member that must be healthy
 * makes it down; else it is down if more than half of those that vote say so. Round-trip time is the mean of the voters'.
 * What is not known of a member is neither: if it could turn the vote, the outcome is unknown. One monitor alone has
 * the only vote.
 * https://developers.cloudflare.com/load-balancing/monitors/monitor-groups/
 */
export function vote(ballots: readonly Ballot[]): Opinion {
  const voters = ballots.filter(({ monitoring_only }) => !monitoring_only);
  const against = voters.filter(({ sight }) => sight?.state === 'down');
  const silent = voters.filter(({ sight }) => sight === undefined || sight.state === 'unknown');
  const vetoed = against.find(({ must_be_healthy }) => must_be_healthy);
  const { since, reason } = latest(
    (vetoed === undefined ? against : [vetoed]).flatMap(({ sight }) => sight ?? []),
  );
  const rtt_ms = mean(voters.flatMap(({ sight }) => sight?.rtt_ms ?? []));
  const measured = rtt_ms === undefined ? {} : { rtt_ms };

  if (vetoed !== undefined || against.length * 2 > voters.length)
    return {
      state: 'down',
      ...measured,
      ...(since === undefined ? {} : { since }),
      ...(reason === undefined ? {} : { reason }),
    };
  const open =
    voters.length === 0 ||
    silent.some(({ must_be_healthy }) => must_be_healthy) ||
    (against.length + silent.length) * 2 > voters.length;
  const seen = latest(voters.flatMap(({ sight }) => sight ?? []));
  return {
    state: open ? 'unknown' : 'up',
    ...measured,
    ...(seen.since === undefined ? {} : { since: seen.since }),
    ...(open && seen.reason !== undefined ? { reason: seen.reason } : {}),
  };
}

/** The newest of several. */
export function latest<T extends { since?: number }>(sights: readonly T[]): Partial<T> {
  return sights.reduce<Partial<T>>(
    (newest, sight) => ((sight.since ?? 0) >= (newest.since ?? 0) ? sight : newest),
    {},
  );
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
