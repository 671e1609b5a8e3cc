import { build } from 'esbuild';
import { ROOT } from '../../../tools/project/root.ts';

/** The files in a Worker's bundle, as paths from the root; those of packages begin with `node_modules/`. */
export async function bundledFiles(worker: string): Promise<string[]> {
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
  return Object.keys(metafile.inputs);
}
