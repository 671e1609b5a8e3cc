import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { inRoot } from '../project/root.ts';
import { runTool } from '../project/run_tool.ts';

/** Where the page's files are built. wrangler.console.toml names it as the folder of static assets. */
export const APP_FOLDER = inRoot('dist', 'console');

/** Builds the page of the console: `app.js` and `app.css`, and a chunk for each part that is loaded later. */
export async function buildApp(folder: string = APP_FOLDER): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [{ in: inRoot('workers', 'console', 'app', 'main.tsx'), out: 'app' }],
    outdir: join(folder, 'app'),
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: true,
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
}

if (import.meta.main) await runTool('build-app', () => buildApp());
