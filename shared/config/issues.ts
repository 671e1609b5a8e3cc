import type { BaseIssue } from 'valibot';
import { error, type Path, type Problem, shown } from './problem.ts';
import { allowed, nodeAt, type SchemaNode, unwrap } from './schema_node.ts';
import { didYouMean } from './suggest.ts';

/** What the schema found wrong, in words: the value, what is allowed, and what was probably meant. */
export function problemsOf(issues: readonly BaseIssue<unknown>[]): Problem[] {
  const problems = issues.flatMap(problemOf);
  // Of one wrong value the schema may say twice the same: -1.5 is neither whole nor in range.
  return problems.filter((problem, index) => problems.findIndex((other) => same(problem, other)) === index);
}

/** Where an issue is. */
export function pathOf(issue: BaseIssue<unknown>): Path {
  return (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
}

function problemOf(issue: BaseIssue<unknown>): Problem[] {
  const path = pathOf(issue);
  if (issue.type === 'strict_object' && issue.expected === 'never') return unknownFields(issue, path);
  const node = nodeAt(path);
  if (issue.type === 'strict_object' && issue.input === undefined)
    return [error(path, `missing; expected: ${node ? allowed(node) : 'a value'}`)];
  const isKey = issue.path?.at(-1)?.origin === 'key';
  const options = optionsOf(isKey ? nodeAt(path.slice(0, -1)) : node, isKey);
  const hint = typeof issue.input === 'string' ? didYouMean(issue.input, options) : '';
  return [error(path, `got ${shown(issue.input)}; allowed: ${issue.message}${hint}`)];
}

/** The schema stops at an object's first unknown field; an operator wants to know of all. */
function unknownFields(issue: BaseIssue<unknown>, path: Path): Problem[] {
  const parent = path.slice(0, -1);
  const node = nodeAt(parent);
  const known = Object.keys((node && unwrap(node).entries) ?? {});
  const object = issue.path?.at(-1)?.input;
  return Object.keys(typeof object === 'object' && object !== null ? object : {})
    .filter((key) => !known.includes(key))
    .map((key) => {
      const hint = didYouMean(key, known, '`');
      return error([...parent, key], `unknown field${hint || `; allowed: ${known.join(', ')}`}`);
    });
}

function optionsOf(node: SchemaNode | undefined, isKey: boolean): readonly string[] {
  if (node === undefined) return [];
  return (isKey ? unwrap(node).key?.options : unwrap(node).options) ?? [];
}

function same(a: Problem, b: Problem): boolean {
  return (
    a.message === b.message && a.path.length === b.path.length && a.path.every((key, i) => key === b.path[i])
  );
}
