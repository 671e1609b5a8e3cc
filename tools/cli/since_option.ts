import { InvalidArgumentError, Option } from 'commander';
import { sinceCondition } from '../../shared/analytics/sql/since.ts';

/**
 * `--since`, checked while the command line is read.
 * @param meaning what the span is for, without its forms
 * @param otherwise a default that the command sets by itself
 */
export function sinceOption(meaning: string, otherwise?: string): Option {
  const end = otherwise === undefined ? '' : ` (default: ${otherwise})`;
  return new Option('--since <span>', `${meaning}: 90s, 15m, 1h, 7d${end}`).argParser(span);
}

function span(text: string): string {
  try {
    sinceCondition(text);
    return text;
  } catch {
    throw new InvalidArgumentError('It must be a number and a unit: 90s, 15m, 1h or 7d.');
  }
}
