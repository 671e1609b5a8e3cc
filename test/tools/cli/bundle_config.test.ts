import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { bundleConfig } from '../../../tools/cli/bundle_config.ts';
import { fileWith, newFolder } from '../project/temporary_files.ts';
import { lb } from './lb_process.ts';

function fileFor(address: string): string {
  return fileWith(`{
    "load_balancers": [{ "name": "*", "default_pools": ["p"] }],
    "pools": [{ "name": "p", "origins": [{ "name": "o", "address": "${address}" }] }]
  }`);
}

function read(output: string): ConfigDocument {
  return JSON.parse(readFileSync(output, 'utf8')) as ConfigDocument;
}

describe('bundleConfig', () => {
  it('writes the configuration as version 0 and creates the folder', async () => {
    const output = join(newFolder(), '.plimsoll', 'bundled.json');
    await bundleConfig(fileFor('o.example.com'), 'production', output);
    expect(read(output)).toMatchObject({
      format: 1,
      version: 0,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(read(output).config.pools['p']?.origins[0]?.url).toBe('https://o.example.com');
    expect(readdirSync(dirname(output))).toEqual(['bundled.json']);
  });

  it('does not rewrite an equal file, because a rewrite starts builds', async () => {
    const output = join(newFolder(), 'bundled.json');
    await bundleConfig(fileFor('o.example.com'), 'production', output);
    const before = statSync(output, { bigint: true });
    await bundleConfig(fileFor('o.example.com'), 'production', output);
    const after = statSync(output, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
    await bundleConfig(fileFor('other.example.com'), 'production', output);
    expect(read(output).config.pools['p']?.origins[0]?.address).toBe('other.example.com');
  });

  it('leaves a complete file if five builds write it at the same time', async () => {
    const output = join(newFolder(), 'bundled.json');
    const files = ['a', 'b', 'c', 'd', 'e'].map((name) => fileFor(`${name}.example.com`));
    await Promise.all(files.map((file) => bundleConfig(file, 'production', output)));
    expect(read(output).version).toBe(0);
    expect(readdirSync(dirname(output))).toEqual(['bundled.json']);
  });

  it('refuses an invalid configuration, says why, and keeps the previous file', async () => {
    const output = join(newFolder(), 'bundled.json');
    await bundleConfig(fileFor('o.example.com'), 'production', output);
    const before = readFileSync(output, 'utf8');
    await expect(bundleConfig(fileFor('203.0.113.7'), 'production', output)).rejects.toThrow(
      /cannot bundle .*\n.*:3:57 {2}pools\[0\]\.origins\[0\]\.address/,
    );
    expect(readFileSync(output, 'utf8')).toBe(before);
  });
});

describe('lb bundle-config', () => {
  it('fails a build for an invalid $PLIMSOLL_CONFIG', async () => {
    const file = fileFor('203.0.113.7');
    const { code, stderr } = await lb(['bundle-config'], { PLIMSOLL_CONFIG: file });
    expect(stderr).toContain(`lb: cannot bundle ${file}\n`);
    expect(code).toBe(1);
  });
});
