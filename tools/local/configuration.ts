import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Config } from '../../shared/model/config.ts';
import { CliError } from '../project/cli_error.ts';
import { formatProblems } from '../project/format_problems.ts';
import { loadConfig } from '../project/load_config.ts';
import { inRoot } from '../project/root.ts';
import { DEMO_CONFIG, type StartOptions } from './options.ts';
import { LOCAL_DIR } from './parts.ts';

/** Port of the first demo origin in configurations for the demo origins. */
const DEMO_PORT = 9101;

/** A valid configuration. */
export interface Prepared {
  /** Absolute path of its file. */
  file: string;
  config: Config;
  /** The text of the file. */
  source: string;
  /** Warnings for the operator, one line each. */
  warnings: string[];
}

/**
 * Reads and checks the configuration.
 * @throws CliError that lists all errors in it
 */
export function prepareConfig(options: StartOptions): Prepared {
  const loaded = loadConfig(configFile(options), 'local');
  const wrong = loaded.problems.filter(({ severity }) => severity === 'error');
  if (loaded.config === undefined)
    throw new CliError(
      [`${options.config} is not valid:`, ...formatProblems({ ...loaded, problems: wrong })].join('\n'),
    );
  const warnings = loaded.problems.filter(({ severity }) => severity === 'warning');
  return {
    file: loaded.file,
    config: loaded.config,
    source: loaded.source,
    warnings: formatProblems({ ...loaded, problems: warnings }),
  };
}

/** The file to run: the given one, or a copy of it with the ports of `--demo-port`. */
function configFile({ config, demo_port }: StartOptions): string {
  // In a user's own file, the same ports may belong to other origins.
  const for_demo = config === DEMO_CONFIG || dirname(config) === inRoot('examples');
  if (!for_demo || demo_port === DEMO_PORT) return config;
  // In one step, because a new port may be the old port of another origin.
  const text = readFileSync(config, 'utf8').replace(/(?<="port": )\d+/g, (port) =>
    String(Number(port) - DEMO_PORT + demo_port),
  );
  mkdirSync(LOCAL_DIR, { recursive: true });
  const moved = join(LOCAL_DIR, basename(config));
  writeFileSync(moved, text);
  return moved;
}
