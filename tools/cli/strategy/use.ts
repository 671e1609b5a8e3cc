import { Command } from 'commander';
import type { OperatorChange } from '../../../shared/contracts/history.ts';
import { CliError, EXIT } from '../../project/cli_error.ts';
import { type ChangeOptions, changeState } from '../change_state.ts';
import { withChangeOptions } from '../environment_options.ts';

/** `lb strategy use POLICY`: publishes the newest configuration again with another strategy of one pool or load balancer. */
export function useCommand(): Command {
  const command = new Command('use')
    .summary('switch a pool or a load balancer to another strategy')
    .description('Switch a pool or a load balancer to another strategy, built in or published as a script.')
    .argument('<policy>', 'name of the strategy: round_robin, script:mine, …')
    .option('--pool <id>', 'switch `origin_steering` of this pool')
    .option('--balancer <id>', 'switch `steering_policy` of this load balancer');
  return withChangeOptions(command).action(
    async (policy: string, options: ChangeOptions & { pool?: string; balancer?: string }) => {
      const { pool, balancer } = options;
      const what = pool ?? balancer;
      if (what === undefined || (pool !== undefined && balancer !== undefined))
        throw new CliError('name one of these: --pool ID or --balancer ID', EXIT.usage);
      const change: OperatorChange =
        pool === undefined ? { balancer: what, policy } : { target: what, policy };
      await changeState(options, change, 'strategy', {
        changed: `${what} uses ${policy}`,
        same: `${what} already uses ${policy}`,
        in_file: inFile(pool, policy),
      });
    },
  );
}

function inFile(pool: string | undefined, policy: string): string {
  return pool === undefined
    ? `"steering_policy": "${policy}"`
    : `"origin_steering": { "policy": "${policy}" }`;
}
