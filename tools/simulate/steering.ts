import { CliError } from '../cli/cli_error.ts';
import type { Steering } from './documents.ts';

/**
 * `random`, or what a configuration has under `origin_steering`:
 * `{ "policy": "least_outstanding_requests", "options": { "choices": 3 } }`. Whether there is such a strategy is not
 * looked at here.
 * @throws CliError if it looks like JSON and is none, or names no policy
 */
export function parseSteering(text: string): Steering {
  if (!text.trimStart().startsWith('{')) return { policy: text };
  const steering = parseJson(text);
  if (typeof steering.policy !== 'string') throw new CliError(`--strategy ${text} needs a "policy"`);
  return { ...steering, policy: steering.policy };
}

function parseJson(text: string): Partial<Steering> {
  try {
    return JSON.parse(text) as Partial<Steering>;
  } catch (error) {
    throw new CliError(`--strategy ${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
