import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { CliError } from '../../project/cli_error.ts';
import { nearest, shallow } from './lines.ts';
import { leavesOf, MAX_LEAVES, type Tree, type TreePath } from './tree.ts';

/**
 * Reads a YAML file. Aliases and merge keys (`<<`) are followed.
 * @throws CliError with the line of the first mistake
 */
export function readYaml(file: string, text: string): Tree {
  return shallow(file, () => readDocument(file, text));
}

function readDocument(file: string, text: string): Tree {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, merge: true, logLevel: 'silent' });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    const { line } = counter.linePos(mistake.pos[0]);
    const hint = text.includes('{{') ? '; a template must be rendered first' : '';
    throw new CliError(`${file}:${line}: is not valid YAML: ${mistake.message.split('\n')[0]}${hint}`);
  }
  const lines = new Map<string, number>();
  let left = MAX_LEAVES;
  const lineAt = (offset: number | undefined) => counter.linePos(offset ?? 0).line;

  /** The value of a node. @param line of the key or item that holds it @param open aliases that are being followed */
  const dataOf = (node: unknown, path: TreePath, line: number, open: readonly Alias[]): unknown => {
    if (left-- <= 0) throw new CliError(`${file} has more than ${MAX_LEAVES} values; split it`);
    lines.set(JSON.stringify(path), line);
    if (isAlias(node)) {
      if (open.includes(node))
        throw new CliError(`${file}:${line}: the alias *${node.source} contains itself; write its value`);
      return dataOf(node.resolve(document), path, line, [...open, node]);
    }
    if (isSeq(node))
      return node.items.map((item, index) => dataOf(item, [...path, index], lineOf(item, line, open), open));
    if (isMap(node)) return mapOf(node.items, path, line, open);
    return isScalar(node) ? node.value : undefined;
  };

  /** Lines of values that an alias holds are those of the alias. */
  const lineOf = (node: unknown, line: number, open: readonly Alias[]): number => {
    const range =
      typeof node === 'object' && node !== null && 'range' in node ? (node.range as number[] | null) : null;
    return open.length > 0 ? line : lineAt(range?.[0] ?? undefined);
  };

  const mapOf = (items: readonly unknown[], path: TreePath, line: number, open: readonly Alias[]) => {
    const fields: Record<string, unknown> = {};
    const merged: Record<string, unknown>[] = [];
    for (const pair of items) {
      if (!isPair(pair)) continue;
      const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
      const own_line = lineOf(pair.key, line, open);
      if (key !== '<<') setField(fields, key, dataOf(pair.value, [...path, key], own_line, open));
      else {
        const value = dataOf(pair.value, path, own_line, open);
        merged.push(...([value].flat() as Record<string, unknown>[]));
      }
    }
    for (const some of merged)
      if (typeof some === 'object' && some !== null)
        for (const [key, value] of Object.entries(some))
          if (!Object.hasOwn(fields, key)) setField(fields, key, value);
    return fields;
  };

  const data = dataOf(document.contents, [], 1, []);
  return { data, leaves: leavesOf(file, data, (path) => nearest(lines, path)) };
}

/** Sets a field whatever its name is; `__proto__` is a field like others. */
function setField(fields: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
}
