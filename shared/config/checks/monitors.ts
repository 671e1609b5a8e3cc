import { type DraftConfig, present } from '../draft.ts';
import { error, info, type Problem, warning } from '../problem.ts';

const SECONDS_A_MINUTE = 60;

/** Monitors that cannot work, and what they cost. */
export function* monitors(config: DraftConfig): Generator<Problem> {
  for (const [index, monitor] of present(config.monitors)) {
    const path = ['monitors', index];
    if (monitor.type === 'tcp' && monitor.port === 0)
      yield error([...path, 'port'], 'missing; a tcp monitor needs a port from 1 to 65535');
    for (const name of Object.keys(monitor.header ?? {}))
      if (name.toLowerCase() === 'user-agent')
        yield warning([...path, 'header', name], "has no effect: probes carry Plimsoll's own User-Agent");
  }
  for (const [index, pool] of present(config.pools)) {
    const monitor = [...present(config.monitors)].find(([, { id }]) => id === pool.monitor)?.[1];
    if (pool.monitor === undefined || monitor?.interval === undefined) continue;
    const a_minute = Math.round((SECONDS_A_MINUTE / monitor.interval) * 10) / 10;
    yield info(
      ['pools', index, 'monitor'],
      `${a_minute} probes a minute per origin; origins: ${(pool.origins ?? []).length}`,
    );
  }
}
