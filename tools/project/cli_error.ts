/** An error that the operator can mend: `lb` prints its message, without a stack, and exits with 1. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
