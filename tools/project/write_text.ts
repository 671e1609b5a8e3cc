import { writeFileSync } from 'node:fs';
import { CliError } from './cli_error.ts';

const WHY: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: (file) => `${file} cannot be written: its folder does not exist; create it first`,
  ENOTDIR: (file) => `${file} cannot be written: a part of its path is not a folder; correct the path`,
  EISDIR: (file) => `${file} is a folder; name a file`,
  EACCES: (file) => `${file} cannot be written; give yourself permission to write it`,
  EROFS: (file) => `${file} cannot be written: its disk is read-only; name a file elsewhere`,
  ENOSPC: (file) => `${file} cannot be written: its disk is full; make room`,
};

/**
 * Writes a file that the operator named.
 * @throws CliError that says why the file cannot be written
 */
export function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CliError(WHY[code]?.(file) ?? `${file} cannot be written: ${code}`);
  }
}
