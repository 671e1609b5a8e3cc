import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inRoot, ROOT } from '../../../tools/project/root.ts';

const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(inRoot(file)));

/** The text without code blocks and code spans, which may contain text that looks like a link. */
function prose(file: string): string {
  return readFileSync(inRoot(file), 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`(?!\])/g, '');
}

/** The anchors that GitHub gives to a page's headings. */
function anchors(file: string): string[] {
  const seen = new Map<string, number>();
  const text = readFileSync(inRoot(file), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

/** The broken links of a page: `TARGET: reason`. */
function broken(page: string): string[] {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^(https?:|mailto:)/.test(target))
    .flatMap((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(inRoot(file))) return [`${target}: no such file`];
      if (anchor === undefined || anchors(file).includes(anchor)) return [];
      return [`${target}: no such heading`];
    });
}

/** Paths in code spans. `NAME` and `*` stand for a part that the reader fills in. */
function namedPaths(page: string): string[] {
  const spans = /`((?:docs|examples|shared|test|tools|workers)\/[^`\s]+)`/g;
  return [...readFileSync(inRoot(page), 'utf8').matchAll(spans)]
    .map(([, path = '']) => path)
    .filter((path) => !/NAME|\*/.test(path));
}

describe('links between files of the repository', () => {
  it('are checked in all pages', () => expect(pages.length).toBeGreaterThan(25));

  it.each(pages)('%s: every link leads to an existing file and heading', (page) => {
    expect(broken(page)).toEqual([]);
  });

  it.each(pages)('%s: every path in the text exists', (page) => {
    expect(namedPaths(page).filter((path) => !existsSync(inRoot(path)))).toEqual([]);
  });
});
