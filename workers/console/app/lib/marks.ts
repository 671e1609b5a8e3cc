import type { VersionInfo } from '../../../../shared/contracts/history.ts';

/** A change that a chart marks: a new version of the configuration, a deployment, an origin that went down. */
export interface Mark {
  /** Seconds since the epoch. */
  at: number;
  text: string;
}

/** A change of an origin's state. */
export interface Transition {
  at: number;
  origin: string;
  previous_state: string;
  state: string;
  reason: string;
}

/** When a pair of deployed versions first served. */
export interface Deployment {
  gateway_version: string;
  selector_version: string;
  since: number;
}

/** How long after the start of a range a version that served before it may be seen first. */
const ALREADY_S = 60;

/** All changes after a time, the newest first. */
export function marksOf(
  versions: readonly VersionInfo[],
  transitions: readonly Transition[],
  deployments: readonly Deployment[],
  from_s: number,
): Mark[] {
  const marks = [
    ...versions.map(({ version, at, way, author, comment }) => ({
      at: Date.parse(at) / 1_000,
      text: `version ${version}: ${way} by ${author}${comment === '' ? '' : `, ${comment}`}`,
    })),
    ...transitions.map(({ at, origin, previous_state, state, reason }) => ({
      at,
      text: `${origin}: ${previous_state} to ${state}${reason === '' ? '' : ` (${reason})`}`,
    })),
    ...firstSeen(deployments, 'gateway_version', 'gateway', from_s),
    ...firstSeen(deployments, 'selector_version', 'selector', from_s),
  ];
  return marks.filter(({ at }) => at >= from_s).sort((a, b) => b.at - a.at);
}

/** The deployments of one Worker. A version that was seen as soon as the range began was deployed before it. */
function firstSeen(
  deployments: readonly Deployment[],
  column: 'gateway_version' | 'selector_version',
  worker: string,
  from_s: number,
): Mark[] {
  const first = new Map<string, number>();
  for (const { [column]: version, since } of deployments)
    if (version !== '') first.set(version, Math.min(since, first.get(version) ?? since));
  // The oldest one served all along, or the range is longer than the data.
  const oldest = Math.min(...first.values());
  return [...first]
    .filter(([, at]) => at > oldest && at > from_s + ALREADY_S)
    .map(([version, at]) => ({ at, text: `${worker} deployed: ${version}` }));
}
