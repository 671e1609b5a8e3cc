import { globSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { ReadIncluded } from '../../import/nginx/include.ts';
import { readText } from '../../project/read_text.ts';

/**
 * Reads the includes of an nginx file. A path is relative to the folder of that file. An absolute one that is not on this machine,
 * such as /etc/nginx/conf.d/*.conf, is looked for in that folder too, without its leading folders.
 */
export function includedBy(main: string): ReadIncluded {
  const folder = dirname(main);
  return (pattern) => {
    for (const candidate of candidates(pattern, folder)) {
      const files = globSync(candidate).filter(isFile).sort();
      if (files.length > 0) return files.map((file) => ({ file, text: readText(file, 'included file') }));
    }
    return [];
  };
}

function candidates(pattern: string, folder: string): string[] {
  if (!isAbsolute(pattern)) return [join(folder, pattern)];
  const inner = join(basename(dirname(pattern)), basename(pattern));
  return [pattern, join(folder, inner), join(folder, basename(pattern))];
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
