import { Command } from 'commander';
import * as v from 'valibot';
import {
  type StateWord,
  stateText,
  withMaintenance,
  withState,
} from '../../shared/authoring/operator_state.ts';
import { MaintenanceSchema } from '../../shared/authoring/traffic.ts';
import type { Config } from '../../shared/model/config.ts';
import { poolsWithRules } from '../../shared/model/effective.ts';
import { servesSessionsUntil, standingOf } from '../../shared/model/standing.ts';
import { CliError } from '../project/cli_error.ts';
import { type EnvironmentOptions, resolveEnvironment } from '../project/environment.ts';
import { announcer } from './announce.ts';
import { changePublished } from './change_published.ts';
import { localOption, remoteOption } from './environment_options.ts';
import { openKvStore } from './open_kv_store.ts';

const HASH_SHOWN = 12;

const ABOUT: Readonly<Record<StateWord, string>> = {
  drain: 'Send new clients away from a pool or an origin. Its sessions stay for `drain_duration`.',
  maintenance:
    'Take a pool or an origin out of service: it gets no traffic and no probes. A load balancer in maintenance answers every request with its maintenance page.',
  ready: 'End a drain or a maintenance.',
};

/**
 * `lb drain`, `lb maintenance` and `lb ready POOL[/ORIGIN]`: publishes the published configuration again with another
 * state for one pool or origin, or with `--balancer` for one load balancer. The state holds until somebody publishes a
 * file with another one.
 * @param open opens the store of an environment; default: its KV namespace
 * @param announcing the announcer of an environment
 */
export function operateCommand(state: StateWord, open = openKvStore, announcing = announcer): Command {
  const command = new Command(state)
    .description(ABOUT[state])
    .argument(state === 'drain' ? '<pool[/origin]>' : '[pool[/origin]]', 'id of the pool or origin')
    .addOption(localOption('change'))
    .addOption(remoteOption('change'));
  if (state !== 'drain')
    command.option('--balancer <id>', 'id of a load balancer, in place of a pool or origin');
  return command.action(
    async (id: string | undefined, options: EnvironmentOptions & { balancer?: string }) => {
      const { balancer } = options;
      const what = id ?? balancer;
      if (what === undefined || (id !== undefined && balancer !== undefined))
        throw new CliError('name one of these: a pool, an origin as POOL/ORIGIN, or --balancer ID');
      const environment = resolveEnvironment(options);
      const now = Date.now();
      await using store = await open(environment);
      const result = await changePublished(
        store,
        (config) => (balancer === undefined ? stated(config, what, state) : paged(config, what, state)),
        now,
        announcing(environment),
      );
      const { version, hash, config } = result.document;
      console.log(
        result.changed
          ? `${what} is ${stateText(state)} in ${environment.kind}: version ${version}, hash ${hash.slice(0, HASH_SHOWN)}`
          : `nothing changed: ${what} is already ${stateText(state)} in ${environment.kind}, version ${version}`,
      );
      if (balancer === undefined) for (const line of consequences(config, what)) console.log(line);
      if (result.changed && state !== 'ready')
        console.log(
          `To keep it beyond the next \`lb publish\`, write ${inFile(balancer, state)} into the file.`,
        );
      if (result.note !== undefined) console.error(`note: ${result.note}`);
    },
  );
}

function stated(config: Config, id: string, state: StateWord): Config {
  const changed = withState(config, id, state);
  if (changed !== undefined) return changed;
  const pools = Object.values(config.pools);
  const known = id.includes('/')
    ? pools.flatMap(({ origins }) => origins.map((origin) => origin.id))
    : pools.map((pool) => pool.id);
  const kind = id.includes('/') ? 'origin' : 'pool';
  throw new CliError(`the published configuration has no ${kind} "${id}"; it has ${known.join(', ')}`);
}

function paged(config: Config, id: string, state: StateWord): Config {
  const changed = withMaintenance(config, id, state === 'maintenance', v.parse(MaintenanceSchema, {}));
  if (changed !== undefined) return changed;
  const known = config.balancers.map((balancer) => balancer.id);
  throw new CliError(`the published configuration has no load balancer "${id}"; it has ${known.join(', ')}`);
}

/** Says what happens to the sessions and the new clients of a pool or an origin. @returns lines of text */
export function consequences(config: Config, id: string): string[] {
  const pool = config.pools[id.split('/')[0] ?? ''];
  if (pool === undefined) return [];
  const lines: string[] = [];
  if (!pool.origins.some((origin) => standingOf(pool, origin) === 'ready' && origin.weight > 0))
    lines.push(`warning: pool ${pool.id} has no origin left that takes new clients`);
  const [origin] = pool.origins.filter((one) => id === pool.id || one.id === id);
  if (origin === undefined) return lines;
  const standing = standingOf(pool, origin);
  if (standing === 'disabled') lines.push(`${id} stays disabled: \`enabled\` is false in the configuration`);
  if (standing === 'drain')
    for (const balancer of config.balancers) {
      if (balancer.session === undefined || !poolsWithRules(balancer).includes(pool.id)) continue;
      const until = servesSessionsUntil(pool, origin, balancer.session);
      const end = Number.isFinite(until) ? `until ${new Date(until).toISOString()}` : 'until they end';
      lines.push(`sessions of ${balancer.id} stay ${end}`);
    }
  return lines;
}

function inFile(balancer: string | undefined, state: StateWord): string {
  return balancer === undefined ? `"state": "${state}"` : '"maintenance": { "enabled": true }';
}
