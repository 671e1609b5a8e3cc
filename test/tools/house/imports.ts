import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, posix } from 'node:path';
import { inRoot } from '../../../tools/project/root.ts';

/** The imports of each node. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** `import … from './x.ts'`, `export … from`, `import './x.ts'` and `import('./x.ts')`, type imports included. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'\s*\)|(?:^|\n)\s*import\s*'(\.[^']+)'/g;

/** The files that a source imports, as paths. @param file its own path; @param source its text */
export function importsOf(file: string, source: string): string[] {
  return [...source.matchAll(IMPORT)].map(([, from, dynamic, bare]) =>
    posix.normalize(posix.join(posix.dirname(file), from ?? dynamic ?? bare ?? '')),
  );
}

/** Every source file of these folders of the repository, with what it imports. */
export function readImports(folders: readonly string[]): Graph {
  const graph = new Map<string, Set<string>>();
  for (const folder of folders)
    for (const entry of readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const path = normalize(join(entry.parentPath, entry.name));
      const file = path.slice(inRoot('.').length).replaceAll('\\', '/').replace(/^\//, '');
      graph.set(file, new Set(importsOf(file, readFileSync(path, 'utf8'))));
    }
  return graph;
}

/**
 * The entries of one folder with what they import of each other. A folder in it is one node: it imports what any file below it
 * imports.
 */
export function level(files: Graph, folder: string): Graph {
  const prefix = folder === '' ? '' : `${folder}/`;
  const entryOf = (file: string) =>
    file.startsWith(prefix) ? prefix + file.slice(prefix.length).split('/', 1)[0] : undefined;
  const graph = new Map<string, Set<string>>();
  for (const [file, imported] of files) {
    const from = entryOf(file);
    if (from === undefined) continue;
    const targets = graph.get(from) ?? new Set();
    graph.set(from, targets);
    for (const other of imported) {
      const to = files.has(other) ? entryOf(other) : undefined;
      if (to !== undefined && to !== from) targets.add(to);
    }
  }
  return graph;
}

/** Every folder that holds one of the files, at any depth; `''` is the root. */
export function foldersOf(files: Graph): string[] {
  const folders = new Set(['']);
  for (const file of files.keys())
    for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  return [...folders];
}

/**
 * A circle of imports.
 * @returns its nodes in the order of their imports, the first again at the end; undefined: there is none
 */
export function circleIn(graph: Graph): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: string[]): string[] | undefined => {
    const start = path.indexOf(node);
    if (start !== -1) return [...path.slice(start), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...path, node]);
      if (circle !== undefined) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
