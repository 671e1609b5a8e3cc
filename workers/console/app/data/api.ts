import type { SqlAnswer } from '../../../../shared/contracts/sql.ts';

/** A refusal of the console: its message for people. */
export class ApiError extends Error {}

interface Refused {
  error?: string;
  errors?: readonly { message: string }[];
}

/** Asks the console. Without a session the page is loaded again, which shows the form to sign in. @throws {ApiError} */
export async function ask<T>(
  path: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined) throw new ApiError('The console does not answer');
  if (response.status === 401) location.reload();
  const answer = (await response.json().catch(() => ({}))) as T & Refused;
  if (response.ok) return answer;
  const messages = answer.errors?.map(({ message }) => message) ?? [];
  throw new ApiError(
    (messages[0] ?? answer.error ?? `status ${response.status}`).replace(/: validation failed$/, ''),
  );
}

/** Rows of a query, with numbers as numbers. */
export async function rowsOf<T>(query: string): Promise<T[]> {
  const { columns, rows } = await ask<SqlAnswer>('/api/sql', { query });
  const numeric = columns.filter(({ type }) => /^(U?Int|Float)/.test(type)).map(({ name }) => name);
  return rows.map((row) => {
    const numbers = numeric.map((name) => [name, row[name] === null ? null : Number(row[name])]);
    return { ...row, ...Object.fromEntries(numbers) } as T;
  });
}
