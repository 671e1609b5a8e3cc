import { basename, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SCRIPT_NAME, SCRIPT_PREFIX } from '../../shared/contracts/scripts.ts';
import { STRATEGIES } from '../../shared/strategies/strategies.ts';
import type { Strategy } from '../../shared/strategies/strategy.ts';
import type { Strategies } from '../../workers/selector/plan.ts';
import { CliError } from '../project/cli_error.ts';
import { readText } from '../project/read_text.ts';
import type { Steering } from './documents.ts';

/** What a scenario is to be run under. */
export interface Candidate {
  steering: Steering;
  /** All that there are, a script among them. */
  strategies: Strategies;
}

/**
 * What `--strategy` names: a policy (`random`), what a configuration has under `origin_steering`
 * (`{ "policy": "least_outstanding_requests", "options": { "choices": 3 } }`), or the file of a strategy script
 * (`./mine.ts`). Whether there is such a policy is not looked at here.
 * @throws CliError if it looks like JSON and is none or names no policy, or the file exports no strategy
 */
export async function candidateOf(text: string): Promise<Candidate> {
  if (/\.[jt]s$/.test(text)) return scriptFile(text);
  if (text.startsWith(SCRIPT_PREFIX))
    throw new CliError(`--strategy ${text}: what is published is not read here; name the script's file`);
  return {
    steering: text.trimStart().startsWith('{') ? fromJson(text) : { policy: text },
    strategies: STRATEGIES,
  };
}

async function scriptFile(file: string): Promise<Candidate> {
  const name = basename(file, extname(file)).toLowerCase();
  if (!SCRIPT_NAME.test(name))
    throw new CliError(
      `--strategy ${file}: the name of a script has letters, digits, "-" and "_", 32 at most`,
    );
  const strategy = await exported(file);
  const policy = `${SCRIPT_PREFIX}${name}`;
  return { steering: { policy }, strategies: { ...STRATEGIES, [policy]: { ...strategy, name: policy } } };
}

async function exported(file: string): Promise<Strategy> {
  readText(file, 'strategy script');
  const module = await importFile(file);
  const strategy = module.default ?? module.strategy;
  if (typeof strategy?.rank === 'function') return strategy;
  throw new CliError(`--strategy ${file}: it exports no strategy, neither as default nor as \`strategy\``);
}

async function importFile(file: string): Promise<{ default?: Strategy; strategy?: Strategy }> {
  try {
    return await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw new CliError(`--strategy ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fromJson(text: string): Steering {
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
