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

/** The files of ours that the Worker's bundle is made of. */
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

describe('what `wrangler dev` watches', () => {
  it.each(['gateway', 'selector', 'health'])('includes all that the %s is bundled from', async (worker) => {
    const files = await bundled(worker);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !covers(watched(worker), file))).toEqual([]);
  });

  it.each(['gateway', 'health'])(
    'leaves out strategies for the %s, which an edited one does not restart',
    (worker) => {
      expect(covers(watched(worker), 'shared/strategies/random.ts')).toBe(false);
    },
  );
});
