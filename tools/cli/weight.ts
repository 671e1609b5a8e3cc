import { Command } from 'commander';
import { share } from '../project/number_option.ts';
import { type ChangeOptions, changeState } from './change_state.ts';
import { withChangeOptions } from './environment_options.ts';

/** `lb weight POOL/ORIGIN WEIGHT`: publishes the newest configuration again with another weight of one origin. */
export function weightCommand(): Command {
  const command = new Command('weight')
    .description("Set an origin's share of its pool's traffic. With weight 0 it takes no new clients.")
    .argument('<pool/origin>', 'id of the origin')
    .argument('<weight>', 'a number from 0 to 1', share);
  return withChangeOptions(command).action((target: string, weight: number, options: ChangeOptions) =>
    changeState(options, { target, weight }, 'weight', {
      changed: `${target} has weight ${weight}`,
      same: `${target} already has weight ${weight}`,
      in_file: `"weight": ${weight}`,
    }),
  );
}
