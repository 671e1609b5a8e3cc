import { readdirSync, readFileSync } from 'node:fs';

/** A query that ships with Plimsoll. It is a file in `queries/`. */
export interface NamedQuery {
  name: string;
  /** The comment in the first line. */
  description: string;
  /** In logical names, with `{since}`. */
  sql: string;
}

const FOLDER = new URL('./queries/', import.meta.url);

/** All named queries, by name. */
export function namedQueries(): NamedQuery[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const [first = '', ...rest] = readFileSync(new URL(file, FOLDER), 'utf8').split('\n');
      return {
        name: file.slice(0, -'.sql'.length),
        description: first.replace(/^--\s*/, ''),
        sql: rest.join('\n').trim(),
      };
    });
}
