import { Command, InvalidArgumentError } from 'commander';
import type { Explainable, ShownExplanation } from '../../../shared/contracts/explain.ts';
import { headersIn } from '../../../shared/http/header_lines.ts';
import { CliError, EXIT } from '../../project/cli_error.ts';
import { askConsole } from '../console/ask.ts';
import { type ConsoleOptions, consoleEndpoint } from '../console/endpoint.ts';
import { withConsoleOptions } from '../environment_options.ts';
import { say } from '../say.ts';

interface ExplainOptions extends ConsoleOptions {
  method?: string;
  header?: string[];
  cookie?: string;
  country?: string;
  colo?: string;
  ip?: string;
  json?: boolean;
}

/** `lb explain URL`: says where a request would go now, and why. The gateway answers with the code that serves. */
export function explainCommand(): Command {
  const command = new Command('explain')
    .description('Say where a request would go now, and why. Nothing is sent to an origin.')
    .argument('<url>', 'the URL that the client asks for')
    .option('--method <method>', 'method (default: GET)')
    .option('--header <name: value>', 'a header; may be repeated', (one, all: string[] = []) => [...all, one])
    .option('--cookie <text>', 'the header Cookie, for a session')
    .option('--country <code>', "the client's country: DE", code(2))
    .option('--colo <code>', 'the data centre: FRA', code(3))
    .option('--ip <address>', "the client's address");
  return withConsoleOptions(command, 'ask').action(async (url: string, options: ExplainOptions) => {
    const explanation = await askConsole<ShownExplanation>(
      consoleEndpoint(options, process.env),
      '/api/explain',
      { method: 'POST', body: requestOf(url, options) },
    );
    const { explanationText } = await import('./explanation_text.ts');
    say(options, explanation, () => explanationText(explanation));
  });
}

/** The request that the options describe. @throws CliError for a header without a colon */
function requestOf(
  url: string,
  { method, header = [], cookie, country, colo, ip }: ExplainOptions,
): Explainable {
  const headers = headersOf(cookie === undefined ? header : [...header, `cookie: ${cookie}`]);
  const cf = {
    ...(country && { country }),
    ...(colo && { colo }),
  };
  return {
    url,
    ...(method && { method: method.toUpperCase() }),
    headers,
    ...(ip && { client_address: ip }),
    cf,
  };
}

/** @throws CliError for a header without a colon */
function headersOf(lines: readonly string[]): Record<string, string> {
  try {
    return headersIn(lines);
  } catch (error) {
    throw error instanceof RangeError ? new CliError(`--header ${error.message}`, EXIT.usage) : error;
  }
}

/** Reads a code as Cloudflare writes it, in upper case. `T1`, for Tor, has a digit. */
function code(length: number): (text: string) => string {
  return (text) => {
    if (text.length === length && /^[A-Za-z][A-Za-z0-9]+$/.test(text)) return text.toUpperCase();
    throw new InvalidArgumentError(`It must be a code of ${length} letters.`);
  };
}
