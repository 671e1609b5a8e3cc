import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerFile } from '../../../tools/local/worker_file.ts';
import { inRoot } from '../../../tools/project/root.ts';
import type { WorkerConfig } from '../../../tools/project/worker_config.ts';

const EXTRA = [{ name: 'proxy-eu', binding: 'PROXY_EU' }];

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-worker-file-'));
  for (const worker of ['gateway', 'health', 'selector', 'proxy'])
    cpSync(inRoot(`wrangler.${worker}.toml`), join(root, `wrangler.${worker}.toml`));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Written extends WorkerConfig {
  env: { local: Pick<WorkerConfig, 'services' | 'vars'> };
}

function written(worker: string): { file: string; config: Written } {
  const file = workerFile(worker, EXTRA, join(root, 'copies'), root);
  return { file, config: JSON.parse(readFileSync(file, 'utf8')) as Written };
}

describe('workerFile', () => {
  it.each(['gateway', 'health', 'proxy'])(
    'is the file of the repository if there are no extra proxies: %s',
    (worker) => {
      expect(workerFile(worker, [], join(root, 'copies'), root)).toBe(join(root, `wrangler.${worker}.toml`));
    },
  );

  it.each(['selector', 'proxy'])(
    'is the file of the repository for a Worker that calls no proxies: %s',
    (worker) => {
      expect(workerFile(worker, EXTRA, join(root, 'copies'), root)).toBe(
        join(root, `wrangler.${worker}.toml`),
      );
    },
  );

  it('binds extra proxies and the ordinary one to the gateway', () => {
    expect(written('gateway').config.env.local.services).toEqual(
      expect.arrayContaining([
        { binding: 'PROXY', service: 'plimsoll-proxy-local' },
        { binding: 'PROXY_EU', service: 'plimsoll-proxy-eu-local' },
      ]),
    );
  });

  it('binds the entrypoint of probes to the health Worker', () => {
    expect(written('health').config.env.local.services).toContainEqual({
      binding: 'PROXY_EU',
      service: 'plimsoll-proxy-eu-local',
      entrypoint: 'Probes',
    });
  });

  it('adapts relative paths', () => {
    const { file, config } = written('gateway');
    const folder = dirname(file);
    expect(resolve(folder, config.main)).toBe(join(root, 'workers/gateway/worker.ts'));
    expect(config.build?.cwd).toBe(root);
    const watched = [config.build?.watch_dir ?? []].flat().map((path) => join(folder, path));
    expect(watched).toEqual(
      expect.arrayContaining([join(root, 'shared/model'), join(root, 'workers/gateway')]),
    );
  });

  it('runs an extra proxy from its own file, or from the ordinary one under its own name', () => {
    expect(written('proxy-eu').config).toMatchObject({
      name: 'plimsoll-proxy-eu',
      env: { local: { vars: { CDN_LOOP_ID: 'plimsoll' } } },
    });
    const own = readFileSync(join(root, 'wrangler.proxy.toml'), 'utf8').replaceAll(
      '"plimsoll"',
      '"of-its-own"',
    );
    writeFileSync(join(root, 'wrangler.proxy-eu.toml'), own);
    expect(written('proxy-eu').config).toMatchObject({
      name: 'plimsoll-proxy-eu',
      env: { local: { vars: { CDN_LOOP_ID: 'of-its-own' } } },
    });
  });
});
