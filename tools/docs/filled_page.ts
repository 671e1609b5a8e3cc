import { readFileSync } from 'node:fs';
import { inRoot } from '../project/root.ts';

/**
 * Fills contents into a hand-written page, between `<!-- place -->` and `<!-- /place -->`.
 * @param file relative to the root of the repository
 * @throws Error if the page lacks a place
 */
export function filledPage(file: string, contents: Readonly<Record<string, string>>): string {
  let page = readFileSync(inRoot(file), 'utf8');
  for (const [place, content] of Object.entries(contents)) {
    const [open, close] = [`<!-- ${place} -->\n`, `\n<!-- /${place} -->`];
    const [from, to] = [page.indexOf(open), page.indexOf(close)];
    if (from < 0 || to < from) throw new Error(`${file} has no place "${place}"`);
    page = `${page.slice(0, from + open.length)}\n${content}\n${page.slice(to)}`;
  }
  return page;
}
