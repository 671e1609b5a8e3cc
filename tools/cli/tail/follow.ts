import { NewRows, type Seen } from '../../../shared/analytics/tail/new_rows.ts';
import { MAX_ROWS } from '../../../shared/analytics/tail/tail_query.ts';
import { CliError, EXIT } from '../../project/cli_error.ts';

/** What {@link follow} needs from outside. */
export interface Following {
  /** The rows of the last minutes, the newest first. */
  ask(): Promise<readonly Seen[]>;
  /** Waits before the next question. */
  pause(): Promise<unknown>;
  /** Tells somebody what is not a row. */
  tell(text: string): void;
}

/**
 * Rows as they come, the oldest first, without end. What happened before the first answer is not news. A console that does not answer
 * for a while, because it is deployed or started again, is asked until it does.
 * @throws CliError if the console does not answer the first question, or refuses one
 */
export async function* follow({ ask, pause, tell }: Following): AsyncGenerator<Seen> {
  const fresh = new NewRows();
  fresh.of((await ask()).toReversed());
  let is_away = false;
  for (;;) {
    await pause();
    const answer = await ask().catch((error: unknown) => {
      if (!(error instanceof CliError) || error.exit_code !== EXIT.unreachable) throw error;
      if (!is_away) tell(`${error.message}; asking again until it answers`);
      is_away = true;
      return undefined;
    });
    if (answer === undefined) continue;
    if (is_away) tell('the console answers again');
    is_away = false;
    const rows = fresh.of(answer.toReversed());
    if (rows.length === MAX_ROWS)
      tell(`more than ${MAX_ROWS} requests at once: some are not shown; filter them`);
    yield* rows;
  }
}
