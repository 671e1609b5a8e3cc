import { type DraftMonitor, type DraftPool, present } from '../draft.ts';
import { originScheme, type Profile } from '../normalise.ts';
import { type Path, type Problem, warning } from '../problem.ts';

/**
 * Origins that a monitor probes on the port of their traffic, but with another protocol. A server that speaks TLS there answers
 * plain HTTP with 400 or not at all, so the origin would never be up.
 * @param monitors of the pool
 */
export function* probePort(
  pool: DraftPool,
  monitors: readonly DraftMonitor[],
  path: Path,
  profile: Profile,
): Generator<Problem> {
  for (const [index, { port, scheme }] of present(pool.origins)) {
    if (!port || scheme === undefined) continue;
    const traffic = originScheme({ port, scheme }, profile);
    for (const monitor of monitors) {
      const { id, type } = monitor;
      // A monitor without a port uses the origin's.
      if (type === undefined || type === 'tcp' || type === traffic || (monitor.port || port) !== port)
        continue;
      yield warning(
        [...path, 'origins', index, 'port'],
        `traffic on ${port} is ${traffic}, but monitor "${id}" probes it with ${type}, which fails; set the ` +
          `monitor's \`type\` to "${traffic}", or its \`port\` to one that speaks ${type}`,
      );
    }
  }
}
