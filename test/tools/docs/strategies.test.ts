import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPTION_DEFAULTS, POLICIES } from '../../../shared/strategies/strategies.ts';
import { inRoot } from '../../../tools/project/root.ts';

const text = readFileSync(inRoot('docs', 'strategies.md'), 'utf8');
/** Sections by heading, with spaces in place of line breaks. */
const sections = new Map(
  text
    .split(/^#{2,3} /m)
    .map((section) => [section.split('\n', 1)[0]?.replaceAll('`', '') ?? '', section.replace(/\s+/g, ' ')]),
);

describe('docs/strategies.md', () => {
  const described = POLICIES.filter(({ name }) => sections.has(name));
  it('has a row for every policy, and a section for all but three at most', () => {
    for (const { name } of POLICIES) expect(text).toMatch(new RegExp(`^\\| \`${name}\``, 'm'));
    // A new policy may have no section yet.
    expect(POLICIES.length - described.length).toBeLessThanOrEqual(3);
  });

  it.each(described)(
    'has a section on $name that says when to use it and what it can rank',
    ({ name, levels }) => {
      const section = sections.get(name) ?? '';
      expect(section).toContain('**Use it**');
      expect(section).toMatch(/\*\*Not\*\*/);
      const among = /(Pools|Origins)(?: \(the drawn order stands\))?(, origins)?[.;]/.exec(section);
      const said = {
        pools: among?.[1] === 'Pools',
        origins: among?.[1] === 'Origins' || among?.[2] !== undefined,
      };
      expect(said).toEqual({
        pools: levels.includes('pools'),
        origins: levels.includes('origins'),
      });
    },
  );

  it.each(
    Object.entries(OPTION_DEFAULTS).filter(([option]) =>
      described.some(({ options = {} }) => Object.hasOwn(options, option)),
    ),
  )('gives the default of %s', (option, value) => {
    const said = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const ways = [
      `\`${option}\` ${said}`,
      // A row of the table of options that all hashes share.
      `| \`${option}\` | ${said} |`,
      `| \`${option}\` | \`${said}\` |`,
    ];
    expect(ways.filter((way) => text.includes(way))).not.toEqual([]);
  });
});
