import type { WriteStream } from 'node:tty';
import { type KeySource, listenToKeys } from './keys.ts';

/** Of a terminal that does not tell its size. */
const ROWS = 24;
const COLUMNS = 80;

/** What can be drawn on. */
export interface Screen {
  rows: number;
  columns: number;
}

/** Where {@link watchScreen} draws, and where its keys come from. */
export interface Terminal {
  stdin: KeySource;
  stdout: WriteStream;
}

/**
 * Draws on the terminal again and again, until a key ends it or the process does. A text that is longer than the screen is cut.
 * @param draw makes the text. If it throws, the message stands above the last text, and the next look comes all the same. If it throws at first, so does this function
 * @param onKey is called once for each key and says what it does: `end` (also while `draw` waits for an answer), `draw` (at once), or nothing
 * @param terminal default: that of the process
 */
export async function watchScreen(
  draw: (screen: Screen) => Promise<string>,
  every_ms: number,
  onKey: (key: string) => 'end' | 'draw' | undefined = () => undefined,
  terminal: Terminal = process,
): Promise<void> {
  const { createLogUpdate } = await import('log-update');
  const show = createLogUpdate(terminal.stdout);
  let ended = false;
  // A key that is pressed while a text is made counts when it is drawn.
  let is_due = false;
  let wake = () => {};
  let end = () => {};
  const until_end = new Promise<void>((resolve) => {
    end = resolve;
  });
  const stop = listenToKeys(terminal.stdin, (key) => {
    const wanted = onKey(key);
    if (wanted === undefined) return;
    is_due = true;
    ended ||= wanted === 'end';
    if (ended) end();
    wake();
  });
  try {
    let last = '';
    let good = '';
    const look = async () => {
      const text = await Promise.race([draw(sizeOf(terminal)), until_end]);
      if (typeof text === 'string') last = good = text;
    };
    await look();
    while (!ended) {
      const { rows, columns } = sizeOf(terminal);
      const lines = last.split('\n').map((line) => line.slice(0, columns));
      show(lines.slice(0, rows - 1).join('\n'));
      if (!is_due)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, every_ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      is_due = false;
      if (!ended)
        await look().catch((error: Error) => {
          // Above the last text, and in place of the message of the look before.
          last = `${error.message}\n\n${good}`;
        });
    }
  } finally {
    stop();
    show.done();
  }
}

function sizeOf({ stdout: { rows = ROWS, columns = COLUMNS } }: Terminal): Screen {
  return { rows, columns };
}
