import type { Writable } from 'node:stream';
import { CliError } from './cli_error.ts';

/**
 * Runs a tool of the command line, then ends this process explicitly, once what it printed is handed over.
 *
 * Left to itself, Node ends when no handle is open any more. A handle that never closes (of a killed child, of a half-open
 * socket) keeps it alive, or spinning in its clean-up. A tool that has printed its last line is done.
 * @param name begins the line of an error that the operator can mend; any other error is a defect and printed with its stack
 * @param main its exit code is `process.exitCode`, or 1 if it throws
 */
export async function runTool(name: string, main: () => unknown): Promise<never> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof CliError ? `${name}: ${error.message}` : error);
    process.exitCode = 1;
  }
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit();
}

/** Waits for a reader that is slow, not for one that has gone. */
function flushed(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => stream.write('', () => resolve()));
}
