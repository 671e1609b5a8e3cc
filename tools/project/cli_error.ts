/** What the exit codes of `lb` mean. Other tools use 0 and 1 alone. */
export const EXIT = {
  done: 0,
  /** Invalid or refused. Nothing was changed, unless the message says so. */
  refused: 1,
  /** The command line or the environment variables are wrong. */
  usage: 2,
  /** The console does not answer, or fails. */
  unreachable: 3,
} as const;

/** An error that the operator can fix. Tools print its message without a stack and exit with `exit_code`. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly exit_code: number;

  /** @param exit_code default: 1, refused */
  constructor(message: string, exit_code: number = EXIT.refused) {
    super(message);
    this.exit_code = exit_code;
  }
}
