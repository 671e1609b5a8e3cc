import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { inRoot, ROOT } from '../../../tools/project/root.ts';
import type { WorkerConfig } from '../../../tools/project/worker_config.ts';

function watched(worker: string): string[] {
  const config = parse(readFileSync(inRoot(`wrangler.${worker}.toml`), 'utf8')) as unknown as WorkerConfig;
  return [config.build?.watch_dir ?? []].flat();
}

/** The files of this repository in the Worker's bundle. */
async function bundled(worker: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`workers/${worker}/worker.ts`],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    external: ['cloudflare:*', 'bundled-config'],
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/'));
}

const covers = (folders: readonly string[], file: string) =>
  folders.some((folder) => file === folder || file.startsWith(`${folder}/`));

describe('the files that `wrangler dev` watches', () => {
  it.each(['gateway', 'selector', 'health'])('include every source of the %s', async (worker) => {
    const files = await bundled(worker);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !covers(watched(worker), file))).toEqual([]);
  });

  it.each(['gateway', 'health'])(
    'do not include strategies for the %s, so that editing one does not restart it',
    (worker) => {
      expect(covers(watched(worker), 'shared/strategies/random.ts')).toBe(false);
    },
  );
});
