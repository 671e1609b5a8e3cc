import type { Observation, Opinion } from './observation.ts';

/** What one monitor of a group says about an origin. */
export interface Ballot {
  /** Undefined: nothing is known. */
  observation: Observation | undefined;
  must_be_healthy?: true;
  monitoring_only?: true;
}

/**
 * Joins the monitors of a group into one opinion, as Cloudflare does. A failing `must_be_healthy` monitor makes the origin
 * down. Otherwise the origin is down if more than half of the voting monitors fail. Round-trip time is the mean over
 * the voters. If a monitor without a result could turn the vote, the origin is unknown. A single monitor has the only vote.
 * https://developers.cloudflare.com/load-balancing/monitors/monitor-groups/
 */
export function vote(ballots: readonly Ballot[]): Opinion {
  const voters = ballots.filter(({ monitoring_only }) => !monitoring_only);
  const against = voters.filter(({ observation }) => observation?.state === 'down');
  const silent = voters.filter(
    ({ observation }) => observation === undefined || observation.state === 'unknown',
  );
  const veto = against.find(({ must_be_healthy }) => must_be_healthy);
  const rtt_ms = mean(voters.flatMap(({ observation }) => observation?.rtt_ms ?? []));
  const measured = rtt_ms === undefined ? {} : { rtt_ms };

  if (veto !== undefined || against.length * 2 > voters.length)
    return {
      state: 'down',
      ...measured,
      ...latest((veto === undefined ? against : [veto]).flatMap(({ observation }) => observation ?? [])),
    };
  const undecided =
    voters.length === 0 ||
    silent.some(({ must_be_healthy }) => must_be_healthy) ||
    (against.length + silent.length) * 2 > voters.length;
  const { since, reason } = latest(voters.flatMap(({ observation }) => observation ?? []));
  return {
    state: undecided ? 'unknown' : 'up',
    ...measured,
    ...(since === undefined ? {} : { since }),
    ...(undecided && reason !== undefined ? { reason } : {}),
  };
}

/**
 * Joins the regions that probe an origin into one opinion, as Cloudflare does: up if more than half of the regions say so,
 * else down. While silent regions could still make a majority for up, the origin is unknown, which serves traffic.
 * https://developers.cloudflare.com/load-balancing/monitors/#health-monitor-regions
 *
 * @param opinions one per region, at least one; `unknown` for a region that is silent or has no result
 */
export function quorum(opinions: readonly Opinion[]): Opinion {
  const of = (state: Opinion['state']) => opinions.filter((opinion) => opinion.state === state);
  const [up, silent] = [of('up').length, of('unknown').length];
  const state = up * 2 > opinions.length ? 'up' : (up + silent) * 2 > opinions.length ? 'unknown' : 'down';
  const { since, reason } = latest(state === 'unknown' ? opinions : of(state));
  return {
    state,
    ...(since === undefined ? {} : { since }),
    ...(state === 'up' || reason === undefined ? {} : { reason }),
  };
}

/** `since` and `reason` of the newest; each is absent if that one has none. */
function latest(all: readonly Pick<Opinion, 'since' | 'reason'>[]): Pick<Opinion, 'since' | 'reason'> {
  const { since, reason } = all.reduce<Pick<Opinion, 'since' | 'reason'>>(
    (newest, each) => ((each.since ?? 0) >= (newest.since ?? 0) ? each : newest),
    {},
  );
  return { ...(since === undefined ? {} : { since }), ...(reason === undefined ? {} : { reason }) };
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
