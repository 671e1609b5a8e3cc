import { readFileSync } from 'node:fs';
import type { ConfigFile } from '../../../shared/authoring/schema.ts';
import { readJson } from '../../../shared/authoring/source/json_source.ts';
import type { Imported } from '../../../tools/import/finish.ts';
import { hostMap } from '../../../tools/import/parts/host_map.ts';
import { readConfig } from '../../../tools/project/load_config.ts';

/** Without `--map`. */
export const UNMAPPED = { map: hostMap([]) };

export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
}

/** The configuration that an import has written. */
export function configOf({ text }: Imported): ConfigFile {
  return readJson(text).data as ConfigFile;
}

/** Errors of the written file, as `lb validate` finds them. */
export function errorsOf({ text }: Imported): string[] {
  const { problems } = readConfig('imported', text, 'production');
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
}

/** `line fate text` of each directive whose text begins with `start`. */
export function fates({ entries }: Imported, start: string): string[] {
  return entries
    .filter(({ text }) => text.startsWith(start))
    .map(({ line, fate, text }) => `${line} ${fate} ${text}`);
}

/** The words of all directives, in their order. */
export function wordsOf({ entries }: Imported): string {
  return entries.map(({ text }) => text.replace(/ \(server [^)]*\)$/, '')).join(' ');
}

/** Values that are no list and no object, and empty lists and objects, counted without the importer's own reader. */
export function countLeaves(value: unknown): number {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + countLeaves(part), 0);
}
