import type { Profile } from '../../shared/authoring/normalise.ts';
import { parseConfig } from '../../shared/authoring/parse.ts';
import { type LocatedProblem, readJson } from '../../shared/authoring/source/json_source.ts';
import type { Config } from '../../shared/model/config.ts';
import { readText } from './read_text.ts';

/** A configuration file that was read. */
export interface LoadedConfig {
  /** As given on the command line. */
  file: string;
  /** Absent if one of the problems is an error. */
  config?: Config;
  /** Errors first, then warnings, each in the order of the file. */
  problems: LocatedProblem[];
}

/**
 * Reads, validates, checks and normalises a configuration file.
 * @throws CliError if the file cannot be read. Errors in its content are in `problems`.
 */
export function loadConfig(file: string, profile: Profile): LoadedConfig {
  const source = readJson(readText(file, 'configuration file'));
  if (source.data === undefined) return { file, problems: source.problems };
  const parsed = parseConfig(source.data, profile);
  const problems = [
    ...source.problems,
    ...parsed.problems.map((problem) => ({ ...problem, ...source.locate(problem.path) })),
  ].sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.line - b.line || a.column - b.column);
  if (parsed.config === undefined || problems[0]?.severity === 'error') return { file, problems };
  return { file, config: parsed.config, problems };
}

const RANK = { error: 0, warning: 1, info: 2 } as const;
