import { describe, expect, it } from 'vitest';
import { circleIn, foldersOf, type Graph, importsOf, level, readImports } from './imports.ts';

const files = readImports(['workers', 'shared', 'tools', 'test']);

const graph = (edges: Record<string, string[]>): Graph =>
  new Map(Object.entries(edges).map(([from, to]) => [from, new Set(to)]));

describe('the imports of this repository', () => {
  it('have no circle of files, type imports included', () => {
    expect(circleIn(files)).toBeUndefined();
  });

  it('have no circle among the files and folders of any folder', () => {
    const circles = foldersOf(files).flatMap((folder) => circleIn(level(files, folder)) ?? []);
    expect(circles).toEqual([]);
  });

  it('lead from no Worker into another, and from shared/ into no Worker', () => {
    const crossing = [...files].flatMap(([file, imported]) => {
      const [top, worker] = file.split('/');
      if (top !== 'workers' && top !== 'shared') return [];
      return [...imported]
        .filter(
          (other) => other.startsWith('workers/') && (top === 'shared' || other.split('/')[1] !== worker),
        )
        .map((other) => `${file} imports ${other}`);
    });
    expect(crossing).toEqual([]);
  });

  it('lead from no tool into a test', () => {
    const crossing = [...files]
      .filter(([file]) => file.startsWith('tools/'))
      .flatMap(([file, imported]) =>
        [...imported].filter((other) => other.startsWith('test/')).map((other) => `${file} imports ${other}`),
      );
    expect(crossing).toEqual([]);
  });
});

describe('circleIn', () => {
  it('finds a circle wherever it begins', () => {
    expect(circleIn(graph({ a: ['b'], b: ['c'], c: ['d'], d: ['b'] }))).toEqual(['b', 'c', 'd', 'b']);
  });

  it('finds none where two ways lead to one file', () => {
    expect(circleIn(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toBeUndefined();
  });
});

describe('level', () => {
  it('shows a circle of folders whose files have none', () => {
    const found = graph({
      'x/a/1.ts': ['x/b/1.ts'],
      'x/b/1.ts': [],
      'x/b/2.ts': ['x/a/2.ts'],
      'x/a/2.ts': [],
    });
    expect(circleIn(found)).toBeUndefined();
    expect(circleIn(level(found, 'x'))).toEqual(['x/a', 'x/b', 'x/a']);
  });
});

describe('importsOf', () => {
  it.each([
    ["import type { A } from './a.ts';"],
    ["import {\n  a,\n  type B,\n} from './a.ts';"],
    ["export { a } from './a.ts';"],
    ["export * from './a.ts';"],
    ["import './a.ts';"],
    ["const a = await import('./a.ts');"],
  ])('reads %j', (source) => {
    expect(importsOf('x/y.ts', source)).toEqual(['x/a.ts']);
  });
});
