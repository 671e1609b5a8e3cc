import { basename, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SCRIPT_NAME, SCRIPT_PREFIX } from '../../shared/contracts/scripts.ts';
import { STRATEGIES } from '../../shared/strategies/strategies.ts';
import type { Strategy } from '../../shared/strategies/strategy.ts';
import type { Strategies } from '../../workers/selector/plan.ts';
import { CliError } from '../project/cli_error.ts';
import { readText } from '../project/read_text.ts';
import type { Steering } from './documents.ts';

/** A strategy to run or replay. */
export interface Candidate {
  steering: Steering;
  /** All known strategies, including the script if the candidate is one. */
  strategies: Strategies;
}

/**
 * Reads the value of `--strategy`: a policy (`random`), the JSON of an `origin_steering`
 * (`{ "policy": "least_outstanding_requests", "options": { "choices": 3 } }`), or the file of a strategy script
 * (`./mine.ts`). It does not check that the policy exists.
 * @throws CliError if JSON is malformed or has no policy, or if the file exports no strategy
 */
export async function candidateOf(text: string): Promise<Candidate> {
  if (/\.[jt]s$/.test(text)) return scriptFile(text);
  if (text.startsWith(SCRIPT_PREFIX))
    throw new CliError(`--strategy cannot load the published script "${text}"; name the script's file`);
  return {
    steering: text.trimStart().startsWith('{') ? fromJson(text) : { policy: text },
    strategies: STRATEGIES,
  };
}

async function scriptFile(file: string): Promise<Candidate> {
  const name = basename(file, extname(file)).toLowerCase();
  if (!SCRIPT_NAME.test(name))
    throw new CliError(
      `--strategy: the name of a script has at most 32 letters, digits, "-" and "_"; rename ${file}`,
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
  throw new CliError(`--strategy: ${file} exports no strategy; export one as default or as \`strategy\``);
}

async function importFile(file: string): Promise<{ default?: Strategy; strategy?: Strategy }> {
  try {
    return await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw new CliError(
      `--strategy: ${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function fromJson(text: string): Steering {
  const steering = parseJson(text);
  if (typeof steering.policy !== 'string') throw new CliError(`--strategy needs a "policy"; got ${text}`);
  return { ...steering, policy: steering.policy };
}

function parseJson(text: string): Partial<Steering> {
  try {
    return JSON.parse(text) as Partial<Steering>;
  } catch (error) {
    throw new CliError(
      `--strategy is not valid JSON: ${error instanceof Error ? error.message : String(error)}; got ${text}`,
    );
  }
}
