import { defined } from '../../../shared/defined.ts';
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
  const observed = (ballots: readonly Ballot[]) => ballots.flatMap(({ observation }) => observation ?? []);

  if (veto !== undefined || against.length * 2 > voters.length) {
    const decisive = latest(observed(veto === undefined ? against : [veto]));
    return { state: 'down', ...defined({ rtt_ms, ...decisive }) };
  }
  const undecided =
    voters.length === 0 ||
    silent.some(({ must_be_healthy }) => must_be_healthy) ||
    (against.length + silent.length) * 2 > voters.length;
  const { since, reason } = latest(observed(voters));
  return {
    state: undecided ? 'unknown' : 'up',
    ...defined({ rtt_ms, since, reason: undecided ? reason : undefined }),
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
  return { state, ...defined({ since, reason: state === 'up' ? undefined : reason }) };
}

/** `since` and `reason` of the newest. */
function latest(all: readonly Pick<Opinion, 'since' | 'reason'>[]) {
  const none: Pick<Opinion, 'since' | 'reason'> = {};
  const { since, reason } = all.reduce(
    (newest, each) => ((each.since ?? 0) >= (newest.since ?? 0) ? each : newest),
    none,
  );
  return { since, reason };
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
