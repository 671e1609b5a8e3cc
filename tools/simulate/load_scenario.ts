import { pathText } from '../../shared/authoring/problem.ts';
import { readJson } from '../../shared/authoring/source/json_source.ts';
import { CliError } from '../project/cli_error.ts';
import { readText } from '../project/read_text.ts';
import { parseScenario } from './parse_scenario.ts';
import type { Scenario } from './scenario.ts';

/**
 * Reads a scenario file: JSON, in which comments and trailing commas are allowed.
 * @throws CliError with file, line, field, value and what is allowed
 */
export function loadScenario(file: string): Scenario {
  const source = readJson(readText(file, 'scenario file'));
  const { scenario, problems } = source.data === undefined ? { problems: [] } : parseScenario(source.data);
  const located = [
    ...source.problems,
    ...problems.map((problem) => ({ ...problem, ...source.locate(problem.path) })),
  ];
  if (scenario !== undefined && located.length === 0) return scenario;
  const lines = located.map(({ line, column, path, message }) =>
    [`${file}:${line}:${column}`, pathText(path), message].filter((part) => part !== '').join('  '),
  );
  throw new CliError(`the scenario is not valid:\n${lines.join('\n')}`);
}
