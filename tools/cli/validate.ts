import { Command } from 'commander';
import { pathText } from '../../shared/authoring/problem.ts';
import { countProblems, formatProblems } from '../project/format_problems.ts';
import { type LoadedConfig, loadConfig } from '../project/load_config.ts';
import { DEFAULT_CONFIG_FILE } from '../project/root.ts';

/** `lb validate [FILE]`: says all that is wrong with a configuration file; exit code 1 if it cannot be used. */
export function validateCommand(): Command {
  return new Command('validate')
    .argument('[file]', 'configuration file', DEFAULT_CONFIG_FILE)
    .option('--local', 'as `npm start` would use it: bare IP addresses are allowed')
    .option('--json', 'print JSON')
    .action((file: string, options: { local?: boolean; json?: boolean }) => {
      const local = options.local === true;
      const loaded = loadConfig(file, local ? 'local' : 'production');
      const valid = loaded.config !== undefined;
      console.log(options.json === true ? asJson(loaded) : asText(loaded, local));
      process.exitCode = valid ? 0 : 1;
    });
}

function asText(loaded: LoadedConfig, local: boolean): string {
  const verdict = loaded.config === undefined ? 'cannot be used' : 'is valid';
  // Only where it helps: a file for origins on this machine.
  const hint =
    !local && loaded.config === undefined && loadConfig(loaded.file, 'local').config !== undefined
      ? ['With `--local` it is valid, as `npm start` would use it.']
      : [];
  return [...formatProblems(loaded), `${loaded.file} ${verdict}: ${countProblems(loaded)}`, ...hint].join(
    '\n',
  );
}

function asJson({ file, config, problems }: LoadedConfig): string {
  const located = problems.map((problem) => ({ ...problem, path: pathText(problem.path) }));
  return JSON.stringify({ file, valid: config !== undefined, problems: located }, null, 2);
}
