/** An error that the operator can fix. Tools print its message without a stack and exit with 1. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
