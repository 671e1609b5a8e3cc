import type { Profile } from '../../shared/authoring/normalise.ts';
import { parseConfig } from '../../shared/authoring/parse.ts';
import { type LocatedProblem, readJson } from '../../shared/authoring/source/json_source.ts';
import type { Config } from '../../shared/model/config.ts';
import { readText } from './read_text.ts';

/** A configuration file that was read. */
export interface LoadedConfig {
  /** As given on the command line. */
  file: string;
  /** The text, without a byte order mark. */
  source: string;
  /** Absent if one of the problems is an error. */
  config?: Config;
  /** Errors first, then warnings, each in the order of the file. */
  problems: LocatedProblem[];
}

/** How a configuration is read. */
interface ReadOptions {
  /** Whether a load balancer may have nothing usable. That is a warning then. Default: false. */
  force?: boolean;
}

/**
 * Reads, validates, checks and normalises a configuration file.
 * @throws CliError if the file cannot be read. Errors in its content are in `problems`.
 */
export function loadConfig(file: string, profile: Profile, options: ReadOptions = {}): LoadedConfig {
  return readConfig(file, readText(file, 'configuration file'), profile, options);
}

/**
 * Validates, checks and normalises the text of a configuration file.
 * @param file its name in messages
 */
export function readConfig(
  file: string,
  text: string,
  profile: Profile,
  options: ReadOptions = {},
): LoadedConfig {
  const source = text.replace(/^\uFEFF/, '');
  const json = readJson(source);
  if (json.data === undefined) return { file, source, problems: json.problems };
  const parsed = parseConfig(json.data, profile, options);
  const problems = [
    ...json.problems,
    ...parsed.problems.map((problem) => ({ ...problem, ...json.locate(problem.path) })),
  ].sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.line - b.line || a.column - b.column);
  if (parsed.config === undefined || problems[0]?.severity === 'error') return { file, source, problems };
  return { file, source, config: parsed.config, problems };
}

const RANK = { error: 0, warning: 1, info: 2 } as const;
