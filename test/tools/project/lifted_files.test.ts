import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { canonicalJson, configHash } from '../../../shared/authoring/document.ts';
import { lift } from '../../../shared/authoring/lift.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { loadConfig } from '../../../tools/project/load_config.ts';
import { inRoot } from '../../../tools/project/root.ts';

const FILES = [
  'plimsoll.jsonc',
  'tools/local/demo.jsonc',
  ...readdirSync(inRoot('examples'))
    .filter((name) => name.endsWith('.jsonc'))
    .map((name) => `examples/${name}`),
];

it.each(FILES)('a file written for the configuration of %s has the same hash', async (name) => {
  const valid = (['local', 'production'] as const).flatMap((profile) => {
    const { config } = loadConfig(inRoot(name), profile);
    return config === undefined ? [] : [{ profile, config }];
  });
  expect(valid.map(({ profile }) => profile)).toContain('local');
  for (const { profile, config } of valid)
    for (const written_for of [profile, undefined]) {
      const again = parseConfig(lift(config, written_for), profile).config;
      expect(canonicalJson(again)).toBe(canonicalJson(config));
      expect(again && (await configHash(again))).toBe(await configHash(config));
    }
});
