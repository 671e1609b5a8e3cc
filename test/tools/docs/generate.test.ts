import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { CONFIG_NODE, meaning, type SchemaNode, unwrap } from '../../../shared/authoring/schema_node.ts';
import { readJson } from '../../../shared/authoring/source/json_source.ts';
import { configurationDocs } from '../../../tools/docs/configuration.ts';
import { GENERATED_DOCS } from '../../../tools/docs/generate.ts';
import { inRoot } from '../../../tools/project/root.ts';

/** Every field of every object: `load_balancers.retry.attempts`. */
function* fields(node: SchemaNode, path: string): Generator<[string, SchemaNode]> {
  const inner = unwrap(node);
  if (inner.item !== undefined) yield* fields(inner.item, path);
  for (const [name, field] of Object.entries(inner.entries ?? {})) {
    yield [`${path}${name}`, field];
    yield* fields(field, `${path}${name}.`);
  }
}

describe('generated files', () => {
  it.each(Object.entries(GENERATED_DOCS))('%s is committed as generated (npm run docs)', (file, render) => {
    expect(readFileSync(inRoot(file), 'utf8')).toBe(render());
  });

  it('has a meaning for every field', () => {
    const all = [...fields(CONFIG_NODE, '')];
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter(([, field]) => meaning(field) === '').map(([path]) => path)).toEqual([]);
  });

  it('documents every field in a table or a list', () => {
    const page = configurationDocs();
    for (const [path] of fields(CONFIG_NODE, '')) expect(page).toContain(`\`${path.split('.').at(-1)}\``);
  });

  it('begins with a valid example', () => {
    const example = /```jsonc\n(.*?)```/s.exec(configurationDocs())?.[1] ?? '';
    const { problems } = parseConfig(readJson(example).data, 'production');
    expect(problems.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
