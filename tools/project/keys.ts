import type { ReadStream } from 'node:tty';

/** What keys are read from: `process.stdin`. */
export type KeySource = Pick<
  ReadStream,
  'isTTY' | 'setRawMode' | 'resume' | 'pause' | 'setEncoding' | 'on' | 'off'
>;

/**
 * Calls `onKey` once for each key that is pressed. Ctrl-C ends the process as it does elsewhere. Without a terminal there are no keys.
 * @returns stops listening
 */
export function listenToKeys(stdin: KeySource, onKey: (key: string) => void): () => void {
  if (!stdin.isTTY) return () => {};
  const read = (chunk: string) => {
    for (const key of keysIn(chunk)) {
      if (key === '\u0003') {
        stop();
        process.exit(130);
      }
      onKey(key);
    }
  };
  const stop = () => {
    stdin.off('data', read);
    stdin.setRawMode(false).pause();
  };
  stdin.setRawMode(true).resume().setEncoding('utf8');
  stdin.on('data', read);
  return stop;
}

/** Keys that are pressed quickly come together. An arrow or another special key is one text that begins with Escape. */
function keysIn(chunk: string): string[] {
  return chunk.startsWith('\u001b') ? [chunk] : [...chunk];
}
