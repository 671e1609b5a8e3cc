import { CliError, EXIT } from '../../project/cli_error.ts';
import type { ConsoleEndpoint } from './endpoint.ts';

/** One mistake, as the console's API lists it. */
export interface Mistake {
  code: number;
  message: string;
  /** JSON pointer into the body. */
  pointer?: string;
  meta?: Readonly<Record<string, unknown>>;
}

/** The body of a refusal. Older consoles send `error` alone. */
export interface RefusalBody {
  error?: string;
  errors?: readonly Mistake[];
}

/** The console refused a request, or failed. The message holds every mistake. */
export class ConsoleRefusal extends CliError {
  readonly status: number;
  readonly mistakes: readonly Mistake[];

  constructor({ base_url, token }: ConsoleEndpoint, status: number, { error, errors = [] }: RefusalBody) {
    const [first] = errors;
    const what =
      errors.length > 1
        ? [`${errors.length} mistakes:`, ...errors.map(({ message }) => `  ${message}`)].join('\n')
        : (first?.message ?? error ?? `status ${status}`);
    super(
      `${base_url}: ${forPeople(what)}${hint(status, token)}`,
      status >= 500 ? EXIT.unreachable : EXIT.refused,
    );
    this.status = status;
    this.mistakes = errors;
  }
}

/** Some messages begin or end as those of Cloudflare's API do, for programs that look for it. */
function forPeople(text: string): string {
  return text.replace(/^Authentication error: |: validation failed$/gm, '');
}

function hint(status: number, token: string | undefined): string {
  if (status !== 401) return '';
  return token === undefined
    ? '\n  Set PLIMSOLL_TOKEN to a token of this console, or start one with `npm start`, which writes a token.'
    : '\n  Set PLIMSOLL_TOKEN to a token of this console. For the console of `npm start`, unset it.';
}
