import { Command } from 'commander';
import { share } from '../project/number_option.ts';
import { type ChangeOptions, changeStates } from './change_states.ts';
import { consequences } from './consequences.ts';
import { withConsoleOptions } from './environment_options.ts';

/** `lb weight POOL/ORIGIN WEIGHT`: publishes the newest configuration again with another weight of one origin. */
export function weightCommand(): Command {
  const command = new Command('weight')
    .description("Set an origin's share of its pool's traffic. With weight 0 it takes no new clients.")
    .argument('<pool/origin>', 'id of the origin')
    .argument('<weight>', 'a number from 0 to 1', share)
    .option('--comment <text>', 'why, for the history')
    .option('--force', 'change it even if a load balancer then has nothing usable');
  return withConsoleOptions(command, 'change').action(
    async (target: string, weight: number, options: ChangeOptions) => {
      const { changed, kind, version, config } = await changeStates(options, [{ target, weight }], 'weight');
      console.log(
        changed
          ? `${target} has weight ${weight} in ${kind}: ${version}`
          : `nothing changed: ${target} already has weight ${weight} in ${kind}, ${version}`,
      );
      if (config !== undefined) for (const line of consequences(config, target)) console.log(line);
      if (changed)
        console.log(`To keep it beyond the next \`lb publish\`, write "weight": ${weight} into the file.`);
    },
  );
}
