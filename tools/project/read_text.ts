import { readFileSync } from 'node:fs';
import { CliError } from './cli_error.ts';

const WHY: Readonly<Record<string, (file: string, what: string) => string>> = {
  ENOENT: (file, what) => `there is no ${what} ${file}; check the path`,
  EISDIR: (file, what) => `${file} is a directory; name a ${what}`,
  ENOTDIR: (file, what) => `there is no ${what} ${file}; a part of the path is not a directory`,
  EACCES: (file) => `${file} cannot be read; give yourself permission to read it`,
};

/**
 * Reads a file that the operator named.
 * @param what the kind of file: `configuration file`
 * @throws CliError that says why the file cannot be read
 */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CliError(WHY[code]?.(file, what) ?? `${file} cannot be read: ${code}`);
  }
}
