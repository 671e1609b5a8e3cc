import { Command } from 'commander';
import type { OperatorChange } from '../../../shared/contracts/history.ts';
import { CliError, EXIT } from '../../project/cli_error.ts';
import { type ChangeOptions, changeStates } from '../change_states.ts';
import { withConsoleOptions } from '../environment_options.ts';

/** `lb strategy use POLICY`: publishes the newest configuration again with another strategy of one pool or load balancer. */
export function useCommand(): Command {
  const command = new Command('use')
    .summary('switch a pool or a load balancer to another strategy')
    .description('Switch a pool or a load balancer to another strategy, built in or published as a script.')
    .argument('<policy>', 'name of the strategy: round_robin, script:mine, …')
    .option('--pool <id>', 'switch `origin_steering` of this pool')
    .option('--balancer <id>', 'switch `steering_policy` of this load balancer')
    .option('--comment <text>', 'why, for the history')
    .option('--force', 'change it even if a load balancer then has nothing usable');
  return withConsoleOptions(command, 'change').action(
    async (policy: string, options: ChangeOptions & { pool?: string; balancer?: string }) => {
      const { pool, balancer } = options;
      const what = pool ?? balancer;
      if (what === undefined || (pool !== undefined && balancer !== undefined))
        throw new CliError('name one of these: --pool ID or --balancer ID', EXIT.usage);
      const change: OperatorChange =
        pool === undefined ? { balancer: what, policy } : { target: what, policy };
      const { changed, kind, version } = await changeStates(options, [change], 'strategy');
      console.log(
        changed
          ? `${what} uses ${policy} in ${kind}: ${version}`
          : `nothing changed: ${what} already uses ${policy} in ${kind}, ${version}`,
      );
      if (changed)
        console.log(
          `To keep it beyond the next \`lb publish\`, write ${inFile(pool, policy)} into the file.`,
        );
    },
  );
}

function inFile(pool: string | undefined, policy: string): string {
  return pool === undefined
    ? `"steering_policy": "${policy}"`
    : `"origin_steering": { "policy": "${policy}" }`;
}
