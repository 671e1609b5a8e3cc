import type { BaseIssue } from 'valibot';
import { didYouMean } from '../suggest.ts';
import { error, type Path, type Problem, shown } from './problem.ts';
import { allowed, CONFIG_NODE, nodeAt, notes, type SchemaNode, unwrap } from './schema_node.ts';

/** Nobody reads more of them. A list that holds something else altogether could have 100,000. */
const MAX_PROBLEMS = 1_000;

/**
 * The schema's issues in words: the value, what is allowed, and what was probably meant. The first 1,000.
 * @param root the schema; by default the configuration's
 */
export function problemsOf(issues: readonly BaseIssue<unknown>[], root = CONFIG_NODE): Problem[] {
  // The schema may report one value twice: -1.5 is neither whole nor in range.
  const found = new Map<string, Problem>();
  for (const issue of issues.slice(0, MAX_PROBLEMS))
    for (const problem of problemOf(issue, root)) {
      const name = JSON.stringify([problem.path, problem.message]);
      if (!found.has(name)) found.set(name, problem);
    }
  return [...found.values()].slice(0, MAX_PROBLEMS);
}

/** The path of an issue. */
export function pathOf(issue: BaseIssue<unknown>): Path {
  return (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
}

function problemOf(issue: BaseIssue<unknown>, root: SchemaNode): Problem[] {
  const path = pathOf(issue);
  if (issue.type === 'strict_object' && issue.expected === 'never') return unknownFields(issue, path, root);
  const node = nodeAt(path, root);
  if (issue.type === 'strict_object' && issue.input === undefined)
    return [error(path, `missing; expected: ${node ? allowed(node) : 'a value'}`)];
  const instead = node && notes(node).instead;
  if (typeof issue.input === 'string' && instead && Object.hasOwn(instead, issue.input))
    return [error(path, `got ${shown(issue.input)}: ${instead[issue.input]}`)];
  const isKey = issue.path?.at(-1)?.origin === 'key';
  const options = optionsOf(isKey ? nodeAt(path.slice(0, -1), root) : node, isKey);
  const hint = typeof issue.input === 'string' ? didYouMean(issue.input, options) : '';
  return [error(path, `got ${shown(issue.input)}; allowed: ${allowedOf(issue, node)}${hint}`)];
}

/** The values that an issue's schema allows, in words. A schema without a message of its own has valibot's, which names types. */
export function allowedOf(issue: BaseIssue<unknown>, node: SchemaNode | undefined): string {
  return issue.message.startsWith('Invalid ') && node !== undefined ? allowed(node) : issue.message;
}

/** All unknown fields of an object. The schema stops at the first. */
function unknownFields(issue: BaseIssue<unknown>, path: Path, root: SchemaNode): Problem[] {
  const parent = path.slice(0, -1);
  const node = nodeAt(parent, root);
  const entries = (node && unwrap(node).entries) ?? {};
  const known = Object.keys(entries);
  // Nobody writes what Cloudflare's API sets by itself.
  const written = Object.entries(entries).flatMap(([key, field]) => (notes(field).read_only ? [] : key));
  const object = issue.path?.at(-1)?.input;
  return Object.keys(typeof object === 'object' && object !== null ? object : {})
    .filter((key) => !known.includes(key))
    .slice(0, MAX_PROBLEMS)
    .map((key) => {
      const hint = didYouMean(key, written, '`');
      return error([...parent, key], `unknown field${hint || `; allowed: ${written.join(', ')}`}`);
    });
}

function optionsOf(node: SchemaNode | undefined, isKey: boolean): readonly string[] {
  if (node === undefined) return [];
  const options: readonly unknown[] = (isKey ? unwrap(node).key?.options : unwrap(node).options) ?? [];
  // A union's options are schemas, and picklists among them have the words.
  return options
    .flatMap((option) => (typeof option === 'string' ? option : ((option as SchemaNode).options ?? [])))
    .filter((option) => typeof option === 'string');
}
