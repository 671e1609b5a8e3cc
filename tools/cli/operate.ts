import { Command } from 'commander';
import { type StateWord, stateText } from '../../shared/authoring/operator_state.ts';
import { CliError, EXIT } from '../project/cli_error.ts';
import { type ChangeOptions, changeState } from './change_state.ts';
import { withChangeOptions } from './environment_options.ts';

const ABOUT: Readonly<Record<StateWord, string>> = {
  drain: 'Send new clients away from a pool or an origin. Its sessions stay for `drain_duration`.',
  maintenance:
    'Take a pool or an origin out of service: it gets no traffic and no probes. A load balancer in maintenance answers every request with its maintenance page.',
  ready: 'End a drain or a maintenance.',
};

/**
 * `lb drain`, `lb maintenance` and `lb ready POOL[/ORIGIN]`: publishes the newest configuration again with another state for one pool
 * or origin, or with `--balancer` for one load balancer. The state holds until somebody publishes a file with another one.
 */
export function operateCommand(state: StateWord): Command {
  const command = new Command(state)
    .description(ABOUT[state])
    .argument(state === 'drain' ? '<pool[/origin]>' : '[pool[/origin]]', 'id of the pool or origin');
  if (state !== 'drain')
    command.option('--balancer <id>', 'id of a load balancer, in place of a pool or origin');
  return withChangeOptions(command).action(
    async (id: string | undefined, options: ChangeOptions & { balancer?: string }) => {
      const { balancer } = options;
      const what = id ?? balancer;
      if (what === undefined || (id !== undefined && balancer !== undefined))
        throw new CliError(
          'name one of these: a pool, an origin as POOL/ORIGIN, or --balancer ID',
          EXIT.usage,
        );
      const change = balancer === undefined ? { target: what, state } : { balancer, state };
      await changeState(options, change, state, {
        changed: `${what} is ${stateText(state)}`,
        same: `${what} is already ${stateText(state)}`,
        ...(state === 'ready' ? {} : { in_file: inFile(balancer, state) }),
      });
    },
  );
}

function inFile(balancer: string | undefined, state: StateWord): string {
  return balancer === undefined ? `"state": "${state}"` : '"maintenance": { "enabled": true }';
}
