import { existsSync } from 'node:fs';

/** Whether a file or folder is there. */
export function fileExists(file: string): boolean {
  return existsSync(file);
}
