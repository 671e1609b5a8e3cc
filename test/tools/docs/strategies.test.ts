import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ORIGIN_POLICIES } from '../../../shared/authoring/pool.ts';
import { STEERING_POLICIES } from '../../../shared/authoring/steering.ts';
import { STRATEGY_DEFAULTS } from '../../../shared/model/strategy_defaults.ts';
import { STRATEGIES } from '../../../shared/strategies/catalogue.ts';
import { inRoot } from '../../../tools/project/root.ts';

const text = readFileSync(inRoot('docs', 'strategies.md'), 'utf8');
/** By heading, line breaks as blanks. */
const sections = new Map(
  text
    .split(/^#{2,3} /m)
    .map((section) => [section.split('\n', 1)[0]?.replaceAll('`', '') ?? '', section.replace(/\s+/g, ' ')]),
);

describe('docs/strategies.md', () => {
  it.each(Object.keys(STRATEGIES))('has a section on %s, and says where it may stand', (name) => {
    const section = sections.get(name) ?? '';
    expect(section).toContain('**Use it**');
    expect(section).toMatch(/\*\*Not\*\*/);
    const among = /(Pools|Origins)(?: \(the drawn order stands\))?(, origins)?[.;]/.exec(section);
    const said = {
      pools: among?.[1] === 'Pools',
      origins: among?.[1] === 'Origins' || among?.[2] !== undefined,
    };
    expect(said).toEqual({
      pools: STEERING_POLICIES.some((policy) => policy === name),
      origins: ORIGIN_POLICIES.some((policy) => policy === name),
    });
  });

  it.each(Object.entries(STRATEGY_DEFAULTS))('gives the default of %s', (option, value) => {
    const said = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const ways = [
      `\`${option}\` ${said}`,
      // As a row of the table of what all hashes have in common.
      `| \`${option}\` | ${said} |`,
      `| \`${option}\` | \`${said}\` |`,
    ];
    expect(ways.filter((way) => text.includes(way))).not.toEqual([]);
  });
});
