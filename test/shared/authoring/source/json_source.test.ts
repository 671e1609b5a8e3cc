import { describe, expect, it } from 'vitest';
import { readJson } from '../../../../shared/authoring/source/json_source.ts';

describe('readJson', () => {
  it('reads comments, trailing commas and a byte order mark', () => {
    const { data, problems } = readJson('\uFEFF{ /* a */ "b": [1, 2,], // c\n}');
    expect(data).toEqual({ b: [1, 2] });
    expect(problems).toEqual([]);
  });

  it('locates a syntax error, and returns no content then', () => {
    const { data, problems } = readJson('{\n  "a": 1\n  "b": 2\n}');
    expect(data).toBeUndefined();
    expect(problems).toEqual([
      { severity: 'error', path: [], message: 'comma expected', line: 3, column: 3 },
    ]);
  });

  it.each([
    ['syntax errors', '{"a":1,,'.repeat(200_000)],
    ['duplicate keys', `{${'"a":1,'.repeat(200_000)}"a":1}`],
  ])('stops at the first 100 %s', (_, text) => {
    expect(readJson(text).problems).toHaveLength(100);
  });

  it('counts the lines of a file that has millions', () => {
    expect(readJson(`${'\n'.repeat(5_000_000)}x`).problems[0]).toMatchObject({ line: 5_000_001, column: 1 });
  });

  it('reports an empty file as an error', () => {
    expect(readJson('').problems).toMatchObject([{ message: 'value expected', line: 1, column: 1 }]);
  });

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('locates where nested %s are too deep, and does not overflow the stack', (_, open, close) => {
    const deep = (levels: number) =>
      readJson(`// a comment\n ${open.repeat(levels)}1${close.repeat(levels)}`);
    expect(deep(100).problems).toEqual([]);
    const { data, problems } = deep(20_000);
    expect(data).toBeUndefined();
    expect(problems).toEqual([
      {
        severity: 'error',
        path: [],
        message: 'nested more than 100 levels deep; no field needs that',
        line: 2,
        column: 2 + 100 * open.length,
      },
    ]);
  });

  it('ignores braces in strings and comments', () => {
    expect(readJson(`{ "a": "${'['.repeat(200)}" /* ${'{'.repeat(200)} */ }`).problems).toEqual([]);
  });

  it('locates the second of two equal keys, at any depth', () => {
    const { problems } = readJson('{ "a": [\n  { "b": 1,\n    "b": 2 } ], "c": { "a": 3 } }');
    expect(problems).toEqual([
      {
        severity: 'error',
        path: ['a', 0, 'b'],
        message: 'duplicate key "b"; JSON keeps the last one only',
        line: 3,
        column: 5,
      },
    ]);
  });

  it('locates a field at its key, an item at its value, and a missing field at the object around it', () => {
    const { locate } = readJson('{\r\n  "a": { "b": [\r\n    10,\r\n    20 ] }\r\n}');
    expect(locate(['a', 'b'])).toEqual({ line: 2, column: 10 });
    expect(locate(['a', 'b', 1])).toEqual({ line: 4, column: 5 });
    expect(locate(['a', 'x', 'y'])).toEqual({ line: 2, column: 3 });
    expect(locate([])).toEqual({ line: 1, column: 1 });
  });
});
