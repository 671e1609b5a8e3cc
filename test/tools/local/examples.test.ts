import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { prepareConfig } from '../../../tools/local/configuration.ts';
import { startOptions } from '../../../tools/local/options.ts';
import { inRoot } from '../../../tools/project/root.ts';

const FILES = readdirSync(inRoot('examples')).filter((file) => file.endsWith('.jsonc'));

function prepared(file: string, ...args: string[]) {
  return prepareConfig(startOptions(['--config', inRoot('examples', file), ...args]));
}

function ports(file: string, ...args: string[]): number[] {
  const pools = Object.values(prepared(file, ...args).config.pools);
  return pools.flatMap((pool) => pool.origins.map(({ url }) => Number(new URL(url).port)));
}

describe('examples', () => {
  it('are listed in their README with the command that starts them', () => {
    const readme = readFileSync(inRoot('examples', 'README.md'), 'utf8');
    const listed = [...readme.matchAll(/^\|.*`npm start -- --config examples\/(\S+)`/gm)].map(
      ([, file]) => file,
    );
    expect(listed.sort()).toEqual(FILES.sort());
  });

  it.each(FILES)('%s can be started, without a warning', (file) => {
    expect(prepared(file).warnings).toEqual([]);
  });

  it.each(FILES)('%s uses demo origins only, and follows --demo-port', (file) => {
    expect([9101, 9102, 9103]).toEqual(expect.arrayContaining(ports(file)));
    expect(ports(file, '--demo-port', '9201')).toEqual(ports(file).map((port) => port + 100));
  });
});
