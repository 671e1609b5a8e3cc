import type { Writable } from 'node:stream';
import { CliError, EXIT } from './cli_error.ts';

/**
 * Runs a command-line tool, waits until its output is written, and exits.
 *
 * By itself, Node exits only when no handle is open. A handle that never closes, for example of a killed child or a
 * half-open socket, would keep the process alive after its last line.
 * @param name is printed before the message of a {@link CliError}. Any other error is a defect and printed with its stack.
 * @param main runs the tool. The exit code is `process.exitCode`. If `main` throws, it is that of the
 *   {@link CliError}, or 1.
 */
export async function runTool(name: string, main: () => unknown): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) stream.once('error', endWithoutReader);
  try {
    await main();
  } catch (error) {
    console.error(error instanceof CliError ? `${name}: ${error.message}` : error);
    process.exitCode = error instanceof CliError ? error.exit_code : EXIT.refused;
  }
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit();
}

/** A reader that has seen enough, such as `head`, is no defect. */
function endWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

/** Waits for a slow reader, but not for one that has gone. */
function flushed(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => stream.write('', () => resolve()));
}
