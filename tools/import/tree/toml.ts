import { parse, TomlError } from 'smol-toml';
import { CliError } from '../../project/cli_error.ts';
import { nearest, shallow } from './lines.ts';
import { leavesOf, type Tree, type TreePath } from './tree.ts';

/**
 * Reads a TOML file.
 * @throws CliError with the line of the first mistake
 */
export function readToml(file: string, text: string): Tree {
  try {
    const data = shallow(file, () => parse(text));
    const lines = linesOf(text);
    return { data, leaves: shallow(file, () => leavesOf(file, data, (path) => nearest(lines, path))) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new CliError(`${file}:${error.line}: is not valid TOML: ${error.message.split('\n')[0]}`);
  }
}

/** The lines of tables and keys by path, as JSON. The package has none. A value within a value has the line of its key. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  let table: TreePath = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const [, list, header] = /^\s*\[(\[)?\s*([^[\]]+?)\s*\]/.exec(raw) ?? [];
    const key = /^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=/.exec(raw)?.[1];
    if (header !== undefined) {
      table = counted(keysOf(header), list !== undefined, counts);
      lines.set(JSON.stringify(table), index + 1);
    } else if (key !== undefined) {
      const path = JSON.stringify([...table, ...keysOf(key)]);
      if (!lines.has(path)) lines.set(path, index + 1);
    }
  }
  return lines;
}

function keysOf(text: string): string[] {
  const parts = text.match(/"[^"]*"|'[^']*'|[^\s.]+/g) ?? [];
  return parts.map((part) => part.replace(/^["']|["']$/g, ''));
}

/** The path of a table with the index of each list of tables in it. */
function counted(keys: readonly string[], is_item: boolean, counts: Map<string, number>): TreePath {
  let path: TreePath = [];
  for (const [index, key] of keys.entries()) {
    path = [...path, key];
    const at = JSON.stringify(path);
    if (is_item && index === keys.length - 1) counts.set(at, (counts.get(at) ?? -1) + 1);
    const item = counts.get(at);
    if (item !== undefined) path = [...path, item];
  }
  return path;
}
