import { setTimeout as sleep } from 'node:timers/promises';

/** Of a terminal that does not tell its size. */
const ROWS = 24;
const COLUMNS = 80;

/** What can be drawn on. */
export interface Screen {
  rows: number;
  columns: number;
}

/**
 * Draws on the terminal again and again, until a key ends it or the process does. A text that is longer than the screen is cut.
 * @param draw makes the text. If it throws, the message stands above the last text, and the next look comes all the same
 * @param onKey says what a key does: `end`, `draw` (at once), or nothing
 */
export async function watchScreen(
  draw: (screen: Screen) => Promise<string>,
  every_ms: number,
  onKey: (key: string) => 'end' | 'draw' | undefined = () => undefined,
): Promise<void> {
  const { default: logUpdate } = await import('log-update');
  const keys = listen();
  let last = await draw(sizeOf());
  for (;;) {
    const { rows, columns } = sizeOf();
    const lines = last.split('\n').map((line) => line.slice(0, columns));
    logUpdate(lines.slice(0, rows - 1).join('\n'));
    const wanted = await Promise.race([sleep(every_ms), keys.next().then((key) => onKey(key))]);
    if (wanted === 'end') break;
    last = await draw(sizeOf()).catch((error: Error) => `${error.message}\n\n${last}`);
  }
  keys.end();
  logUpdate.done();
}

function sizeOf(): Screen {
  const { rows = ROWS, columns = COLUMNS } = process.stdout;
  return { rows, columns };
}

/** Keys as they are pressed. Ctrl-C ends the process as it does elsewhere. Without a terminal there are none. */
function listen(): { next(): Promise<string>; end(): void } {
  const { stdin } = process;
  if (!stdin.isTTY) return { next: () => new Promise(() => {}), end: () => {} };
  stdin.setRawMode(true).resume().setEncoding('utf8');
  const end = () => void stdin.setRawMode(false).pause();
  return {
    next: () =>
      new Promise((resolve) => {
        stdin.once('data', (key: string) => {
          if (key !== '\u0003') return resolve(key);
          end();
          process.exit(130);
        });
      }),
    end,
  };
}
