import type { FieldNotes } from './notes.ts';
import type { Path } from './problem.ts';
import { ConfigSchema } from './schema.ts';

/** A valibot schema as data, for validation and documentation. */
export interface SchemaNode {
  type: string;
  /** Of objects: field name to schema. */
  entries?: Record<string, SchemaNode>;
  /** Of lists. */
  item?: SchemaNode;
  /** Of records. */
  key?: SchemaNode;
  value?: SchemaNode;
  /** Of optional values. */
  wrapped?: SchemaNode;
  default?: unknown;
  /** Of picklists. */
  options?: readonly string[];
  message?: unknown;
  description?: string;
  metadata?: FieldNotes;
  /** The schema itself, then its checks, description and notes. */
  pipe?: readonly SchemaNode[];
}

/** The schema of the whole configuration. */
export const CONFIG_NODE = ConfigSchema as unknown as SchemaNode;

/** The schema inside `optional`. */
export function unwrap(node: SchemaNode): SchemaNode {
  return node.wrapped === undefined ? node : unwrap(node.wrapped);
}

/** One step down: a field of an object, an item of a list, a value of a record. */
export function child(node: SchemaNode, key: string | number): SchemaNode | undefined {
  const inner = unwrap(node);
  if (inner.item !== undefined) return inner.item;
  if (inner.value !== undefined) return inner.value;
  // Own fields only, so that `constructor` in a file is an unknown field.
  return inner.entries !== undefined && Object.hasOwn(inner.entries, key) ? inner.entries[key] : undefined;
}

/** The schema at a path below `root`. */
export function nodeAt(path: Path, root = CONFIG_NODE): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>((node, key) => node && child(node, key), root);
}

/** The allowed values in words: the schema's most specific message, else its type. */
export function allowed(node: SchemaNode): string {
  const { type, options = [] } = unwrap(node);
  return messageOf(node) ?? (type === 'picklist' ? options.join(', ') : (WORDS[type] ?? type));
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  loose_object: 'an object',
  strict_object: 'an object',
  record: 'an object',
};

function messageOf(node: SchemaNode): string | undefined {
  const { pipe = [], message } = unwrap(node);
  // The first part of a pipe is a schema, which may itself be a pipe.
  const later = pipe.map((part) => messageOf(part)).findLast((each) => each !== undefined);
  return later ?? (typeof message === 'string' ? message : undefined);
}

/** A field's description. */
export function meaning(node: SchemaNode): string {
  return node.pipe?.find((action) => action.description !== undefined)?.description ?? '';
}

/** A field's notes. */
export function notes(node: SchemaNode): FieldNotes {
  return node.pipe?.find((action) => action.metadata !== undefined)?.metadata ?? {};
}
