import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { inRoot } from '../project/root.ts';
import { runTool } from '../project/run_tool.ts';
import { namedQueries } from '../sql/named.ts';

/** Where the page's files are built. wrangler.console.toml names it as the folder of static assets. */
export const APP_FOLDER = inRoot('dist', 'console');

/** The module `shipped-queries`, because a bundler does not read a folder. */
const SHIPPED_QUERIES: Plugin = {
  name: 'shipped-queries',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^shipped-queries$/ }, ({ path }) => ({ path, namespace: 'shipped' }));
    onLoad({ filter: /.*/, namespace: 'shipped' }, () => ({
      contents: JSON.stringify(namedQueries()),
      loader: 'json',
    }));
  },
};

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
    plugins: [SHIPPED_QUERIES],
  });
}

if (import.meta.main) await runTool('build-app', () => buildApp());
