import { Command } from 'commander';
import * as v from 'valibot';
import { MaintenanceSchema } from '../../shared/authoring/maintenance.ts';
import {
  type StateWord,
  stateText,
  withMaintenance,
  withState,
} from '../../shared/authoring/operator_state.ts';
import type { Config } from '../../shared/model/config.ts';
import { poolsWithRules } from '../../shared/model/pools_of.ts';
import { servesSessionsUntil, standingOf } from '../../shared/model/standing.ts';
import { CliError } from '../project/cli_error.ts';
import { type EnvironmentOptions, resolveEnvironment } from '../project/environment.ts';
import { changePublished } from './change_published.ts';
import { localOption, remoteOption } from './environment_options.ts';
import { openKvStore } from './kv_store.ts';

const HASH_SHOWN = 12;

const ABOUT: Readonly<Record<StateWord, string>> = {
  drain: 'New clients go elsewhere, sessions go on for `drain_duration`.',
  maintenance:
    'It takes no traffic and is not probed. A balancer answers everybody with its maintenance page.',
  ready: 'It takes traffic again.',
};

/**
 * `lb drain`, `lb maintenance` and `lb ready POOL[/ORIGIN]`: changes the state of one pool or origin, or of one balancer
 * with `--balancer`, in what is published, and publishes that as the next version. It holds until a file is published
 * that says otherwise.
 * @param open opens what an environment has published; default: its KV namespace
 */
export function operateCommand(state: StateWord, open = openKvStore): Command {
  const command = new Command(state)
    .description(ABOUT[state])
    .argument(state === 'drain' ? '<pool[/origin]>' : '[pool[/origin]]', 'what to change, by id')
    .addOption(localOption('change'))
    .addOption(remoteOption('change'));
  if (state !== 'drain') command.option('--balancer <id>', 'a whole load balancer: its maintenance page');
  return command.action(
    async (id: string | undefined, options: EnvironmentOptions & { balancer?: string }) => {
      const { balancer } = options;
      const what = id ?? balancer;
      if (what === undefined || (id !== undefined && balancer !== undefined))
        throw new CliError('name one thing: a pool, an origin as POOL/ORIGIN, or --balancer ID');
      const environment = resolveEnvironment(options);
      const now = Date.now();
      const result = await changePublished(
        await open(environment),
        (config) => (balancer === undefined ? stated(config, what, state) : paged(config, what, state)),
        now,
      );
      const { version, hash, config } = result.document;
      console.log(
        result.changed
          ? `${what} is ${stateText(state)} in ${environment.kind}: version ${version}, hash ${hash.slice(0, HASH_SHOWN)}`
          : `nothing changed: ${what} was ${stateText(state)} already, ${environment.kind} has version ${version}`,
      );
      if (balancer === undefined) for (const line of consequences(config, what)) console.log(line);
      if (result.changed && state !== 'ready')
        console.log(`It holds until a file is published that does not say so: ${inFile(balancer, state)}`);
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
  throw new CliError(`there is no "${id}" in what is published; there is ${known.join(', ')}`);
}

function paged(config: Config, id: string, state: StateWord): Config {
  const changed = withMaintenance(config, id, state === 'maintenance', v.parse(MaintenanceSchema, {}));
  if (changed !== undefined) return changed;
  const known = config.balancers.map((balancer) => balancer.id);
  throw new CliError(`there is no load balancer "${id}" in what is published; there is ${known.join(', ')}`);
}

/** What follows for the sessions and the new clients of a pool or an origin, a line each. */
export function consequences(config: Config, id: string): string[] {
  const pool = config.pools[id.split('/')[0] ?? ''];
  if (pool === undefined) return [];
  const lines: string[] = [];
  if (!pool.origins.some((origin) => standingOf(pool, origin) === 'ready' && origin.weight > 0))
    lines.push(`warning: no origin of pool ${pool.id} takes new clients now`);
  const [origin] = pool.origins.filter((one) => id === pool.id || one.id === id);
  if (origin === undefined) return lines;
  const standing = standingOf(pool, origin);
  if (standing === 'disabled')
    lines.push(`${id} is disabled: \`enabled\` is false, which a state does not change`);
  if (standing === 'drain')
    for (const balancer of config.balancers) {
      if (balancer.session === undefined || !poolsWithRules(balancer).includes(pool.id)) continue;
      const until = servesSessionsUntil(pool, origin, balancer.session);
      const end = Number.isFinite(until) ? `until ${new Date(until).toISOString()}` : 'until they end';
      lines.push(`sessions of ${balancer.id} go on ${end}`);
    }
  return lines;
}

function inFile(balancer: string | undefined, state: StateWord): string {
  return balancer === undefined ? `"state": "${state}"` : '"maintenance": { "enabled": true }';
}
