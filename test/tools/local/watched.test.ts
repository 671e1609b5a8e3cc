import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { inRoot } from '../../../tools/project/root.ts';
import type { WorkerConfig } from '../../../tools/project/worker_config.ts';
import { bundledFiles } from '../house/bundled_files.ts';

function watched(worker: string): string[] {
  const config = parse(readFileSync(inRoot(`wrangler.${worker}.toml`), 'utf8')) as unknown as WorkerConfig;
  return [config.build?.watch_dir ?? []].flat();
}

const covers = (folders: readonly string[], file: string) =>
  folders.some((folder) => file === folder || file.startsWith(`${folder}/`));

describe('the files that `wrangler dev` watches', () => {
  it.each(['gateway', 'selector', 'health'])('include every source of the %s', async (worker) => {
    const files = (await bundledFiles(worker)).filter((file) => !file.startsWith('node_modules/'));
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
