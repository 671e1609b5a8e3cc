import { createInterface } from 'node:readline';
import { Session } from 'chdb';
import { openEngine, READER } from '../../../../tools/local/sql/engine.ts';

// The engine without the SQL API before it: one query a line on standard input, its answer or its error as JSON one line on
// standard output, both URI-encoded because some hostile queries hold what readline takes for the end of a line. The first
// argument is the folder of its data. The second one can be `connection`: not even the engine's look at the syntax is taken,
// the connection for queries stands alone. Or `rows`: the table `t` has 300,000 rows, `double1` is 0 in the last of them, else 1.

const [, , folder = '', mode] = process.argv;
const engine = await openEngine(folder);
await engine.createTable('t');
const now_s = Math.floor(Date.now() / 1_000);
if (mode === 'rows')
  await engine.insert(
    't',
    Array.from(
      { length: 300_000 },
      (_, i) => `{"timestamp":${now_s + Math.floor(i / 1_000)},"double1":${i < 299_999 ? 1 : 0}}`,
    ).join('\n'),
  );
const connection = mode === 'connection' ? new Session(folder, { connectionArgs: [...READER] }) : undefined;
console.log(encodeURIComponent('"ready"'));
for await (const line of createInterface({ input: process.stdin })) {
  const sql = decodeURIComponent(line);
  const asked =
    connection === undefined
      ? engine.query(sql, 'TabSeparated')
      : connection.queryAsync(sql, { format: 'TabSeparated' }).then((result) => result.text());
  const answer = await asked.then(
    (text) => ({ text }),
    (error: Error) => ({ error: error.message }),
  );
  console.log(encodeURIComponent(JSON.stringify(answer)));
}
connection?.close();
engine.close();
process.exit(0);
