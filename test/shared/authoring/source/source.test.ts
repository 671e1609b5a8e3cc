import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../shared/authoring/parse.ts';
import { SourceProblem } from '../../../../shared/authoring/source/problem.ts';
import {
  dataOf,
  emptySource,
  printSource,
  readSource,
  withItem,
  withoutItem,
} from '../../../../shared/authoring/source/source.ts';
import { everything } from '../everything.ts';

const COMMENTED = `// Our balancer
{
\t"$schema": "./plimsoll.schema.json",
\t"pools": [ // All pools
\t\t// Europe

\t\t// The old pool
\t\t{
\t\t\t"name": "eu", // its name
\t\t\t// From one to two
\t\t\t"origins": [
\t\t\t\t// Bought in 2019
\t\t\t\t{ "name": "eu-1", "address": "192.0.2.1", "weight": 1 /* full */ },
\t\t\t\t{ "name": "eu-2", "address": "192.0.2.2" } // rented
\t\t\t],
\t\t}, // eu

\t\t// The new pool
\t\t{ "name": "us", "origins": [{ "name": "us-1", "address": "192.0.2.3" }] }, // us
\t\t// End of pools
\t],
}
`;

const EU_1 = { name: 'eu-1', address: '192.0.2.1', weight: 1 };
const EU_2 = { name: 'eu-2', address: '192.0.2.2' };

/** The problems of a text, as `line:column path: message`. */
function problemsOf(text: string): string[] {
  try {
    readSource(text);
  } catch (cause) {
    if (cause instanceof SourceProblem) return cause.message.split('\n');
    throw cause;
  }
  return [];
}

describe('readSource', () => {
  it('gives the objects of each list, and all other fields', () => {
    const { items, rest } = readSource(COMMENTED);
    expect(items.pools.map(({ value }) => value['name'])).toEqual(['eu', 'us']);
    expect(items.pools[1]?.text).toBe(
      '{ "name": "us", "origins": [{ "name": "us-1", "address": "192.0.2.3" }] }',
    );
    expect([items.load_balancers, items.monitors, items.monitor_groups]).toEqual([[], [], []]);
    expect(rest).toEqual({ $schema: './plimsoll.schema.json' });
  });

  it('keeps the data that parseConfig() takes', () => {
    const data = everything();
    const read = dataOf(readSource(JSON.stringify(data)));
    expect(read).toEqual(data);
    expect(parseConfig(read, 'production')).toEqual(parseConfig(data, 'production'));
  });

  it('drops a byte order mark', () => {
    expect(printSource(readSource('\uFEFF{}'))).toBe('{}');
  });

  it('takes a list that is null as absent, and replaces it by the first object', () => {
    const source = readSource('{ "monitors": null, "pools": [] }');
    expect(source.items.monitors).toEqual([]);
    expect(dataOf(source)).toEqual({ monitors: null, pools: [] });
    expect(printSource(withItem(source, 'monitors', 0, { id: 'm' }))).toBe(
      '{ "monitors": [{ "id": "m" }], "pools": [] }',
    );
  });

  it.each([
    ['', '1:1 value expected'],
    ['{ "pools": [}', '1:13 value expected'],
    ['{\n  "pools": [{ "name": 1, "name": 2 }] }', '2:26 pools[0].name: duplicate key "name"'],
    ['[1]', '1:1 got [1]; allowed: an object with lists of objects'],
    ['{ "pools": {} }', '1:3 pools: got {}; allowed: a list of objects'],
    ['{ "pools": [{}, 3] }', '1:17 pools[1]: got 3; allowed: an object'],
    ['{ "pools": { "result": [{}, 3] } }', '1:29 pools.result[1]: got 3; allowed: an object'],
    ['{ "result": null }', "1:1 this answer of Cloudflare's API is an error"],
    ['['.repeat(200), '1:101 nested more than 100 levels deep'],
  ])('locates what is wrong with %j', (text, expected) => {
    expect(problemsOf(text)[0]).toContain(expected);
  });
});

describe('withItem', () => {
  it('changes a value in its place, and no other text', () => {
    const value = { name: 'eu', origins: [{ ...EU_1, weight: 0.5 }, EU_2] };
    expect(printSource(withItem(readSource(COMMENTED), 'pools', 0, value))).toBe(
      COMMENTED.replace('"weight": 1', '"weight": 0.5'),
    );
  });

  it('moves comments with the origin that they belong to', () => {
    const value = { name: 'eu', origins: [EU_2, EU_1] };
    expect(printSource(withItem(readSource(COMMENTED), 'pools', 0, value))).toBe(
      COMMENTED.replace(
        /"origins": \[[\s\S]*?\],\n\t\t\},/,
        `"origins": [
\t\t\t\t{ "name": "eu-2", "address": "192.0.2.2" }, // rented
\t\t\t\t// Bought in 2019
\t\t\t\t{ "name": "eu-1", "address": "192.0.2.1", "weight": 1 /* full */ }
\t\t\t],
\t\t},`,
      ),
    );
  });

  it('adds fields and origins where the new value has them, formatted as their neighbours', () => {
    const value = {
      name: 'eu',
      enabled: false,
      origins: [EU_1, EU_2, { name: 'eu-3', address: '192.0.2.9' }],
    };
    expect(printSource(withItem(readSource(COMMENTED), 'pools', 0, value))).toBe(
      COMMENTED.replace('// its name\n', '// its name\n\t\t\t"enabled": false,\n').replace(
        '"192.0.2.2" } // rented\n',
        '"192.0.2.2" }, // rented\n\t\t\t\t{ "name": "eu-3", "address": "192.0.2.9" }\n',
      ),
    );
  });

  it('removes fields with their comments', () => {
    expect(printSource(withItem(readSource(COMMENTED), 'pools', 0, { name: 'eu', origins: [EU_2] }))).toBe(
      COMMENTED.replace(/\t*\/\/ Bought in 2019\n.*full.*\n/, ''),
    );
    expect(withItem(readSource(COMMENTED), 'pools', 0, { name: 'eu' }).items.pools[0]?.text).toBe(
      '{\n\t\t\t"name": "eu", // its name\n\t\t}',
    );
  });

  it('keeps old keys in their order when the new value has another, and puts new keys last', () => {
    const source = readSource('{ "pools": [{ "a": 1, "b": 2 }] }');
    expect(withItem(source, 'pools', 0, { c: 3, b: 2, a: 1 }).items.pools[0]?.text).toBe(
      '{ "a": 1, "b": 2, "c": 3 }',
    );
  });

  it('appends in the style of the list, with the line breaks of the file', () => {
    const crlf = COMMENTED.replaceAll('\n', '\r\n');
    const after = printSource(withItem(readSource(crlf), 'pools', 2, { name: 'asia', origins: [EU_1] }));
    expect(after).toBe(
      crlf.replace(
        ', // us\r\n',
        `, // us\r\n\t\t{\r\n\t\t\t"name": "asia",\r\n\t\t\t"origins": [\r\n\t\t\t\t${JSON.stringify(EU_1)
          .replaceAll(/[:,]/g, '$& ')
          .replace('{', '{ ')
          .replace('}', ' }')}\r\n\t\t\t]\r\n\t\t},\r\n`,
      ),
    );
  });

  it('stays on the one line of a compact file', () => {
    const source = readSource('{"pools":[{"name":"a"}]}');
    expect(printSource(withItem(source, 'pools', 1, { name: 'b', origins: [{ name: 'c' }] }))).toBe(
      '{"pools":[{"name":"a"},{"name":"b","origins":[{"name":"c"}]}]}',
    );
  });

  it('creates a list that the file lacks', () => {
    expect(printSource(withItem(emptySource(), 'monitors', 0, { id: 'm' }))).toBe(
      '{\n  "monitors": [\n    { "id": "m" }\n  ]\n}\n',
    );
  });

  it('leaves the source that it was given as it is, and shares its other objects', () => {
    const before = readSource(COMMENTED);
    const after = withItem(before, 'pools', 0, { name: 'other' });
    expect(printSource(before)).toBe(COMMENTED);
    expect(after.items.pools[1]).toBe(before.items.pools[1]);
  });

  it('refuses an index after the end', () => {
    expect(() => withItem(emptySource(), 'pools', 1, {})).toThrow(RangeError);
    expect(() => withItem(readSource(COMMENTED), 'pools', 3, {})).toThrow(RangeError);
  });
});

describe('withoutItem', () => {
  it('removes the comments that belong to the object, and leaves those of its list and of its neighbours', () => {
    expect(printSource(withoutItem(readSource(COMMENTED), 'pools', 0))).toBe(
      COMMENTED.replace(/\t*\/\/ The old pool\n[\s\S]*\/\/ eu\n\n/, ''),
    );
    expect(printSource(withoutItem(readSource(COMMENTED), 'pools', 1))).toBe(
      COMMENTED.replace(/\n\t*\/\/ The new pool\n.*\/\/ us\n/, ''),
    );
  });

  it('removes the comma before the last object, unless the list had one after it', () => {
    const pools = (list: string) => printSource(withoutItem(readSource(`{ "pools": ${list} }`), 'pools', 1));
    expect(pools('[{ "a": 1 }, { "b": 2 }]')).toBe('{ "pools": [{ "a": 1 }] }');
    expect(pools('[{ "a": 1 }, { "b": 2 },]')).toBe('{ "pools": [{ "a": 1 },] }');
  });

  it('never turns an object into a part of a comment', () => {
    const text = '{ "pools": [\n  { "a": 1 }, // one\n  { "b": 2 }, { "c": 3 }] }';
    expect(printSource(withoutItem(readSource(text), 'pools', 1))).toBe(
      '{ "pools": [\n  { "a": 1 }, // one\n  { "c": 3 }] }',
    );
    expect(printSource(withoutItem(readSource(text.replace(', { "c": 3 }', '')), 'pools', 1))).toBe(
      '{ "pools": [\n  { "a": 1 } // one\n] }',
    );
  });

  it('leaves an empty list', () => {
    const source = readSource('{\n  "pools": [\n    { "a": 1 }\n  ]\n}');
    expect(printSource(withoutItem(source, 'pools', 0))).toBe('{\n  "pools": []\n}');
  });

  it('refuses an index that does not exist', () => {
    expect(() => withoutItem(emptySource(), 'pools', 0)).toThrow(RangeError);
  });
});

describe("a file of answers of Cloudflare's API", () => {
  const pool = { name: 'p', origins: [{ name: 'o', address: 'o.example.com' }] };
  const monitor = { id: 'm', type: 'https', interval: 60 };

  it.each<[string, unknown]>([
    ['a list of answers', [{ result: [pool] }, { result: monitor }]],
    ['bare objects', [pool, monitor]],
    ['answers in place of lists', { pools: { result: [pool] }, monitors: [monitor], notifications: [] }],
  ])('stays as written until it is changed: %s', (_, data) => {
    const text = JSON.stringify(data, null, 3);
    const source = readSource(text);
    expect(source.items.pools.map(({ value }) => value)).toEqual([pool]);
    expect(source.items.monitors.map(({ value }) => value)).toEqual([monitor]);
    expect(printSource(source)).toBe(text);
    expect(dataOf(source)).toEqual(data);
    const after = withoutItem(source, 'monitors', 0);
    const { monitors, pools, ...rest } = dataOf(readSource(printSource(after))) as Record<string, unknown>;
    expect([monitors, pools]).toEqual([[], [pool]]);
    expect(Object.values(rest).every((list) => Array.isArray(list) && list.length === 0)).toBe(true);
    expect(dataOf(after)).toEqual({ monitors, pools, ...rest });
  });
});
