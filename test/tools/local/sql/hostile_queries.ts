import fc from 'fast-check';

/** Where hostile queries try to read, write and call. */
export interface Targets {
  /** A file with a secret in it. */
  secret_file: string;
  /** A file that is not there. */
  output_file: string;
  /** A server that nobody should call: `http://127.0.0.1:PORT/`. */
  url: string;
}

/** Stands between two tokens: everything that some lexer takes for space or a comment, or for none. */
const GAPS = [
  ...['', ' ', '\n', '\t', '\r', '\u00a0', '\ufeff', '\u2028', '\u200b', '\f', '\0'],
  ...['/**/', '/* ) */', "/* ' */", '/*/* */', '-- x\n', "--'\n", '# x\n', '#x\n', '#!x\n', '//', '\\'],
];

/** Mostly none or one space, so that most queries stay queries. */
const gap = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('', ' ') }, fc.constantFrom(...GAPS));

/** A name in some way of writing it: its case, quotes, escapes, letters that only look the same. */
function spelled(name: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(name) },
    fc.constantFrom(
      name.toUpperCase(),
      `${name[0]?.toUpperCase()}${name.slice(1)}`,
      `"${name}"`,
      `\`${name}\``,
      `"${[...name].map((letter) => `\\x${letter.charCodeAt(0).toString(16)}`).join('')}"`,
      `${name}$`,
      `system.${name}`,
      `.${name}`,
      `1${name}`,
      name.replace('i', '\u0456'),
      name.replace('f', '\uff46'),
      `${name}\u200b`,
    ),
  );
}

/** Calls that must never run, with the arguments that make each do its worst. */
function calls({ secret_file, output_file, url }: Targets): [string, string][] {
  return [
    ['file', `'${secret_file}'`],
    ['file', `'${secret_file}', 'LineAsString'`],
    ['file', `'${secret_file}', LineAsString, 'line String'`],
    ['url', `'${url}', 'LineAsString', 'line String'`],
    ['urlCluster', `'default', '${url}', 'LineAsString'`],
    ['s3', `'${url}x', 'LineAsString'`],
    ['remote', `'127.0.0.1', system.one`],
    ['executable', `'cat ${secret_file}', 'LineAsString', 'line String'`],
    ['format', `JSONEachRow, '{"a": 1}'`],
    ['sqlite', `'${secret_file}', 't'`],
    ['catboostEvaluate', `'${secret_file}', 1`],
    ['dictGet', `'d', 'a', 1`],
    ['merge', `'system', '.*'`],
    ['loop', `system.one`],
    ['sleep', '0.1'],
    ['getSetting', `'readonly'`],
    ['INTO OUTFILE', `'${output_file}'`],
  ];
}

/** Where a call is put. `{}` is the call, `$` the secret's file and `@` a file to write. */
const PLACES = [
  ...['SELECT {}', 'SELECT {} AS x FROM t', 'SELECT * FROM {}', 'SELECT * FROM ({})', 'SELECT a FROM t, {}'],
  ...[
    'SELECT {} AS file',
    'SELECT 1 AS file, {} FROM t',
    'SELECT {} AS url, 1 AS merge FROM t',
    '{} AS file',
  ],
  ...['SELECT {}(1)', 'SELECT count{}', 'SELECT count(DISTINCT {})', 'SELECT sum({}) FROM t', 'SELECT ({})'],
  ...[
    'SELECT quantileExactWeighted({})(a, 1) FROM t',
    'SELECT quantileExactWeighted(0.5)({}, 1)',
    'SELECT (1)({})',
  ],
  ...['SELECT a FROM t WHERE {}', 'SELECT a FROM t WHERE a IN {}', 'SELECT a FROM t WHERE a IN ({})'],
  ...[
    'SELECT a FROM t WHERE a NOT IN (SELECT {})',
    'SELECT a FROM t ORDER BY {}',
    'SELECT a FROM t LIMIT {}',
  ],
  ...['SELECT a FROM t GROUP BY {} HAVING {}', 'SELECT if({}, 1, 2)', 'SELECT a FROM (SELECT {} AS a)'],
  ...[
    'SELECT (SELECT {})',
    'SELECT ((SELECT {}))',
    'SELECT EXISTS(SELECT {})',
    'SELECT a FROM ((SELECT {}))',
  ],
  ...['WITH {} AS x SELECT x', 'WITH x AS (SELECT {}) SELECT * FROM x', 'SELECT CASE WHEN {} THEN 1 END'],
  ...['SELECT [{}]', 'SELECT {}::String', 'SELECT CAST({} AS String)', 'SELECT arrayMap(x -> {}, [1])'],
  ...['SELECT COLUMNS(*) APPLY({})', 'SELECT * APPLY(file) FROM t', "SELECT '$' AS f, file(f)"],
  ...[
    'SELECT 1; SELECT {}',
    'SELECT 1;;SELECT {}',
    'SELECT 1 UNION ALL SELECT {}',
    'SELECT 1 EXCEPT SELECT {}',
  ],
  ...['SELECT a FROM t JOIN {} ON 1', 'SELECT a FROM t ARRAY JOIN [{}] AS b', 'SELECT a FROM t PREWHERE {}'],
  ...[
    'SELECT a FROM t SETTINGS readonly = 0, x = {}',
    'SELECT {} SETTINGS max_execution_time = 0',
    'SET x = {}',
  ],
  ...['SELECT a FROM t FORMAT {}', 'SELECT {} FORMAT JSON', "SELECT a AS into FROM t INTO OUTFILE '@'"],
  ...["SELECT 1 INTO OUTFILE '@'", "SELECT 1 AS AS INTO OUTFILE '@'", "SELECT as INTO OUTFILE '@'"],
  ...[
    "SELECT {} INTO OUTFILE '@' FORMAT JSON",
    "SELECT 1) INTO OUTFILE '@' -- ",
    'SELECT 1), (SELECT {}) -- ',
  ],
  ...[
    "SELECT '' INTO OUTFILE '@' TRUNCATE",
    "SELECT 'a''' , {} , ''",
    "SELECT 'a\\\\', {}, '\\\\'",
    'SELECT $$a$$, {}',
  ],
  ...[
    "SELECT 'a\\', {} , '",
    'SELECT `a\\`, {}, `',
    'SELECT "a""", {}',
    'SELECT /* */ {} /* */',
    'SELECT 1--\n,{}',
  ],
  ...[
    'SHOW TABLES FROM {}',
    "SHOW TABLES INTO OUTFILE '@'",
    'EXPLAIN SELECT {}',
    'DESCRIBE {}',
    'DESCRIBE TABLE {}',
  ],
  ...[
    "INSERT INTO FUNCTION file('@') SELECT {}",
    'INSERT INTO t SELECT {}',
    "CREATE TABLE x ENGINE = File(CSV, '$')",
  ],
  ...[
    'CREATE TABLE x AS {}',
    'CREATE FUNCTION count AS x -> {}',
    'CREATE VIEW t AS SELECT {}',
    'DROP TABLE t',
  ],
  ...["BACKUP TABLE t TO File('@')", 'SYSTEM FLUSH LOGS', 'EXECUTE AS default SELECT {}', '(SELECT {})'],
  ...['FROM {} SELECT *', 'SELECT {} FROM system.tables', 'SELECT * FROM system.processes', 'TABLE {}'],
];

/** A query that tries to read a file, write one or call a server, in one of many ways to hide it. */
export function hostileQuery(targets: Targets): fc.Arbitrary<string> {
  const call = fc
    .constantFrom(...calls(targets))
    .chain(([name, args]) =>
      fc
        .tuple(spelled(name), gap, gap)
        .map(([as, before, inside]) =>
          name === 'INTO OUTFILE' ? `1 ${as}${before}${args}` : `${as}${before}(${inside}${args})`,
        ),
    );
  return fc
    .tuple(
      fc.constantFrom(...PLACES),
      call,
      fc.array(gap, { minLength: 4, maxLength: 4 }),
      fc.constantFrom('', ' FORMAT JSON', ';', ' -- ', ' FORMAT TabSeparated', '\0'),
      fc.boolean(),
    )
    .map(([place, call, gaps, tail, lower]) => {
      let turn = 0;
      const spaced = place.replaceAll(' ', () => gaps[turn++] || ' ');
      return (
        (lower ? spaced.toLowerCase() : spaced)
          .replaceAll('{}', () => call)
          .replaceAll('@', () => targets.output_file)
          .replaceAll('$', () => targets.secret_file) + tail
      );
    });
}
