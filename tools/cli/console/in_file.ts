/**
 * A mistake or a note of the console about a file that was sent: `line 7, column 5: pools[0].name …` becomes
 * `plimsoll.jsonc:7:5  pools[0].name …`, which editors and terminals open. What only programs need is left out.
 */
export function inFile(file: string, message: string): string {
  return message
    .replace(/^line (\d+), column (\d+): /, `${file}:$1:$2  `)
    .replace(/(, or send `\?force=true`)?: validation failed$/, '');
}

/** Whether a message of the console is about a place in a file. */
export function isInFile(message: string): boolean {
  return /^line \d+, column \d+: /.test(message);
}
