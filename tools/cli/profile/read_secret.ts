import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Reads a secret: from a pipe to its end, or from a terminal, which does not show what is typed. */
export async function readSecret(question: string): Promise<string> {
  if (!stdin.isTTY) return (await text(stdin)).trim();
  stdout.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: stdin, output: nowhere, terminal: true });
  try {
    return (await terminal.question('')).trim();
  } finally {
    terminal.close();
    stdout.write('\n');
  }
}
