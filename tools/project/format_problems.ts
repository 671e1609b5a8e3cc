import pc from 'picocolors';
import { pathText } from '../../shared/authoring/problem.ts';
import type { LoadedConfig } from './load_config.ts';

type Severity = LoadedConfig['problems'][number]['severity'];

const COLOUR: Readonly<Record<Severity, (text: string) => string>> = {
  error: pc.red,
  warning: pc.yellow,
  info: pc.dim,
};

/** A line for each problem: `plimsoll.jsonc:7:5  load_balancers[0].fallback_pool  error  got "x", …`. */
export function formatProblems({ file, problems }: Pick<LoadedConfig, 'file' | 'problems'>): string[] {
  return problems.map(({ line, column, path, severity, message }) =>
    [`${file}:${line}:${column}`, pathText(path), COLOUR[severity](severity), message]
      .filter((part) => part !== '')
      .join('  '),
  );
}

/** The number of errors and warnings: `2 errors, 1 warning`. */
export function countProblems({ problems }: LoadedConfig): string {
  const count = (severity: Severity) => {
    const number = problems.filter((problem) => problem.severity === severity).length;
    return `${number} ${severity}${number === 1 ? '' : 's'}`;
  };
  return `${count('error')}, ${count('warning')}`;
}
