import { parseArgs } from 'node:util';
import { inRoot } from '../../project/root.ts';
import { EngineMissingError } from './engine.ts';
import { startSqlServer } from './server.ts';

// The local SQL API as a process: node tools/local/sql/main.ts [--port 8789] [--data DIR] [--sample N]

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8789' },
    data: { type: 'string', default: inRoot('.plimsoll', 'local', 'sql') },
    sample: { type: 'string', default: '1' },
  },
});

try {
  const server = await startSqlServer({
    port: wholeNumber('port', values.port, 0, 65_535),
    data_dir: values.data,
    sample: wholeNumber('sample', values.sample, 1, 1_000_000),
  });
  console.log(`sql ready on http://127.0.0.1:${server.port}`);
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) return;
      closing = true;
      void server.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(`sql: ${oneLine(error)}`);
  process.exitCode = 1;
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new RangeError(`--${option} must be a whole number from ${least} to ${most}; got "${text}"`);
  return number;
}

function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return `port ${values.port} is in use: choose another one with --port`;
  const known = error instanceof EngineMissingError || error instanceof RangeError;
  return known ? error.message : (error.message.split('\n')[0] ?? '');
}
