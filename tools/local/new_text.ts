import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Reads what was added to log files since it last looked. */
export class NewText {
  /** Bytes that were read, by file. */
  readonly #read = new Map<string, number>();

  /** The text that is new. A file that became shorter was started anew. */
  of(file: string): string {
    const { size } = statSync(file);
    const before = this.#read.get(file) ?? 0;
    const from = before > size ? 0 : before;
    this.#read.set(file, size);
    if (size === from) return '';
    const bytes = Buffer.alloc(size - from);
    const log = openSync(file, 'r');
    try {
      return bytes.subarray(0, readSync(log, bytes, 0, bytes.length, from)).toString();
    } finally {
      closeSync(log);
    }
  }
}
