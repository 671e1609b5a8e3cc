import { readFileSync } from 'node:fs';
import {
  allowed,
  CONFIG_NODE,
  child,
  meaning,
  notes,
  type SchemaNode,
  unwrap,
} from '../../shared/authoring/schema_node.ts';

const INTRODUCTION = new URL('configuration.intro.md', import.meta.url);

/** Renders docs/configuration.md: a hand-written introduction, then every object with its fields from the schema. */
export function configurationDocs(): string {
  return [readFileSync(INTRODUCTION, 'utf8').trimEnd(), ...sections(CONFIG_NODE, [])]
    .join('\n\n')
    .concat('\n');
}

/** The object at a path, and the objects inside it. */
function* sections(node: SchemaNode, path: readonly string[]): Generator<string> {
  const fields = Object.entries(unwrap(node).entries ?? {});
  const used = fields.filter(([, field]) => notes(field).no_effect === undefined && !notes(field).read_only);
  const idle = fields.filter(([, field]) => notes(field).no_effect !== undefined);
  const fetched = fields.filter(([, field]) => notes(field).read_only === true);
  yield `## ${path.length === 0 ? 'The file' : `\`${title(path)}\``}`;
  yield table(
    ['Field', 'Allowed', 'Default', 'Unit', 'Meaning'],
    used.map(([name, field]) => [
      `\`${name}\``,
      inner(field) === undefined
        ? code(allowed(field))
        : `see [\`${title([...path, name])}\`](#${anchor([...path, name])})`,
      defaultText(field),
      notes(field).unit ?? '',
      meaning(field),
    ]),
  );
  if (idle.length > 0) {
    yield 'Accepted without effect; validation warns where they are used:';
    yield table(
      ['Field', 'Why'],
      idle.map(([name, field]) => [`\`${name}\``, notes(field).no_effect ?? '']),
    );
  }
  if (fetched.length > 0)
    yield `Set by Cloudflare's API and not read here: ${fetched.map(([name]) => `\`${name}\``).join(', ')}.`;
  for (const [name, field] of used) {
    const object = inner(field);
    if (object !== undefined) yield* sections(object, [...path, name]);
  }
}

/** The object in a field: its value, or an item if the field is a list. */
function inner(field: SchemaNode): SchemaNode | undefined {
  const object = unwrap(field).item ?? field;
  return Object.keys(unwrap(object).entries ?? {}).length > 0 ? object : undefined;
}

/** `pools[].origins[]` */
function title(path: readonly string[]): string {
  let node: SchemaNode | undefined = CONFIG_NODE;
  const keys: string[] = [];
  for (const name of path) {
    const field: SchemaNode | undefined = node && child(node, name);
    const item: SchemaNode | undefined = field && unwrap(field).item;
    keys.push(`${name}${item === undefined ? '' : '[]'}`);
    node = item ?? field;
  }
  return keys.join('.');
}

/** The anchor that GitHub makes from a heading. */
function anchor(path: readonly string[]): string {
  return title(path)
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '');
}

function defaultText(field: SchemaNode): string {
  if (field.wrapped === undefined) return '**required**';
  // The default of an object follows from its fields, which have their own table.
  const isObject = inner(field) !== undefined && unwrap(field).item === undefined;
  return field.default === undefined || isObject ? '' : `\`${JSON.stringify(field.default)}\``;
}

/** Formats quoted values as code. */
function code(text: string): string {
  return text.replace(/"[^"]*"/g, (quoted) => `\`${quoted}\``);
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
