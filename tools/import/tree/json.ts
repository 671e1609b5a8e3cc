import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { positionsIn } from '../../../shared/authoring/source/json_source.ts';
import { CliError } from '../../project/cli_error.ts';
import { nearest, shallow } from './lines.ts';
import { leavesOf, type Tree, type TreePath } from './tree.ts';

/**
 * Reads a JSON file.
 * @throws CliError with the line of the first mistake
 */
export function readJsonTree(file: string, text: string): Tree {
  return shallow(file, () => readDocument(file, text));
}

function readDocument(file: string, text: string): Tree {
  const mistakes: ParseError[] = [];
  const root = parseTree(text, mistakes, { allowTrailingComma: true });
  const position = positionsIn(text);
  const [mistake] = mistakes;
  if (mistake !== undefined || root === undefined) {
    const what = mistake === undefined ? 'it is empty' : printParseErrorCode(mistake.error);
    throw new CliError(`${file}:${position(mistake?.offset ?? 0).line}: is not valid JSON: ${what}`);
  }
  const lines = new Map<string, number>();
  const walk = (node: Node, path: TreePath): void => {
    lines.set(JSON.stringify(path), position(node.offset).line);
    if (node.type === 'array')
      for (const [index, item] of (node.children ?? []).entries()) walk(item, [...path, index]);
    if (node.type !== 'object') return;
    for (const { children: [key, value] = [] } of node.children ?? [])
      if (key !== undefined && value !== undefined) walk(value, [...path, String(key.value)]);
  };
  walk(root, []);
  const data: unknown = getNodeValue(root);
  return { data, leaves: leavesOf(file, data, (path) => nearest(lines, path)) };
}
