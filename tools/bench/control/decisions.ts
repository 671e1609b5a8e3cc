/** What a data point of the gateway tells about one request. */
export interface Decision {
  /** When the point arrived, milliseconds since the epoch. */
  at: number;
  /** The isolate of the gateway. */
  gateway: string;
  /** Version of the gateway's configuration. */
  version: number;
  /** The policy that ranked the origins, of the pool and of its origins: `off/random`. It is the selector's. */
  strategy: string;
  /** Ids of the origins that were tried. */
  tried: string[];
}

/** Reads a data point of the dataset `traffic`. The path of a request is the gateway's name. */
export function decisionOf(point: Readonly<Record<string, string | number>>, at: number): Decision {
  const text = (column: string) => String(point[column] ?? '');
  return {
    at,
    gateway: text('path').slice(1),
    version: Number(point['config_version']),
    strategy: text('strategy'),
    tried: [text('origin'), ...text('failed_origins').split(',')].filter((origin) => origin !== ''),
  };
}

/** When a request was last sent to an origin. @returns `since` if there was none after it */
export function lastAttempt(decisions: readonly Decision[], origin: string, since: number): number {
  return latest(decisions, since, ({ tried }) => tried.includes(origin));
}

/** When a request was last decided by a configuration before `version`, in the gateway or by a policy of that configuration. */
export function lastOldDecision(
  decisions: readonly Decision[],
  { version, old_strategy }: { version: number; old_strategy: string },
  since: number,
): number {
  return latest(
    decisions,
    since,
    (decision) => decision.version < version || decision.strategy === old_strategy,
  );
}

/** Gateways with a request after a moment. */
export function gatewaysSince(decisions: readonly Decision[], since: number): Set<string> {
  return new Set(decisions.filter(({ at }) => at >= since).map(({ gateway }) => gateway));
}

function latest(
  decisions: readonly Decision[],
  since: number,
  matches: (decision: Decision) => boolean,
): number {
  return decisions.reduce(
    (last, decision) => (decision.at > last && matches(decision) ? decision.at : last),
    since,
  );
}
