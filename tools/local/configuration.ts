import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Config } from '../../shared/model/config.ts';
import { CliError } from '../project/cli_error.ts';
import { formatProblems } from '../project/format_problems.ts';
import { loadConfig } from '../project/load_config.ts';
import { inRoot } from '../project/root.ts';
import { DEMO_CONFIG, type StartOptions } from './options.ts';
import { LOCAL_DIR } from './parts.ts';

/** The first demo origin's port in configurations that are written for the demo origins. */
const DEMO_PORT = 9101;

/** A configuration that can be run. */
export interface Prepared {
  /** Absolute path of the file that says it. */
  file: string;
  config: Config;
  /** What the operator should know, a line each. */
  warnings: string[];
}

/**
 * Reads and checks the configuration.
 * @throws CliError that names everything that is wrong with it
 */
export function prepareConfig(options: StartOptions): Prepared {
  const loaded = loadConfig(configFile(options), 'local');
  const wrong = loaded.problems.filter(({ severity }) => severity === 'error');
  if (loaded.config === undefined)
    throw new CliError(
      [`${options.config} cannot be used:`, ...formatProblems({ ...loaded, problems: wrong })].join('\n'),
    );
  const warnings = loaded.problems.filter(({ severity }) => severity === 'warning');
  return {
    file: loaded.file,
    config: loaded.config,
    warnings: formatProblems({ ...loaded, problems: warnings }),
  };
}

/** The file to run: the one given, or a copy with its demo origins where `--demo-port` puts them. */
function configFile({ config, demo_port }: StartOptions): string {
  // In a user's own file, the same ports may be anybody's.
  const for_demo = config === DEMO_CONFIG || dirname(config) === inRoot('examples');
  if (!for_demo || demo_port === DEMO_PORT) return config;
  // All at once: a port that was moved may be another origin's port in the file.
  const text = readFileSync(config, 'utf8').replace(/(?<="port": )\d+/g, (port) =>
    String(Number(port) - DEMO_PORT + demo_port),
  );
  mkdirSync(LOCAL_DIR, { recursive: true });
  const moved = join(LOCAL_DIR, basename(config));
  writeFileSync(moved, text);
  return moved;
}
