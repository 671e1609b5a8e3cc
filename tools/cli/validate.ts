import { Command } from 'commander';
import { pathText } from '../../shared/authoring/problem.ts';
import { countProblems, formatProblems } from '../project/format_problems.ts';
import { type LoadedConfig, loadConfig } from '../project/load_config.ts';
import { DEFAULT_CONFIG_FILE } from '../project/root.ts';

/** `lb validate [FILE]`: lists the problems of a configuration file. The exit code is 1 if one of them is an error. */
export function validateCommand(): Command {
  return new Command('validate')
    .description(
      'Check a configuration file and list its problems. The exit code is 1 if one of them is an error.',
    )
    .argument('[file]', 'configuration file', DEFAULT_CONFIG_FILE)
    .option('--local', 'check for `npm start`, which allows bare IP addresses')
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
  const summary = loaded.config === undefined ? 'is not valid' : 'is valid';
  // Many files that are not valid for production name origins on this machine.
  const hint =
    !local && loaded.config === undefined && loadConfig(loaded.file, 'local').config !== undefined
      ? ['It is valid for `npm start`; check that with --local.']
      : [];
  return [...formatProblems(loaded), `${loaded.file} ${summary}: ${countProblems(loaded)}`, ...hint].join(
    '\n',
  );
}

function asJson({ file, config, problems }: LoadedConfig): string {
  const located = problems.map((problem) => ({ ...problem, path: pathText(problem.path) }));
  return JSON.stringify({ file, valid: config !== undefined, problems: located }, null, 2);
}
