import { isNumericType } from '../../../../shared/analytics/sql/numeric_type.ts';
import type { SqlAnswer } from '../../../../shared/contracts/sql.ts';

/** One mistake of a request. */
export interface Mistake {
  code: number;
  message: string;
}

/** A refusal of the console: its message for people, and every mistake. */
export class ApiError extends Error {
  /** Of the response; 0: there was none. */
  readonly status: number;
  readonly mistakes: readonly Mistake[];

  constructor(message: string, status = 0, mistakes: readonly Mistake[] = []) {
    super(message);
    this.status = status;
    this.mistakes = mistakes;
  }
}

interface Refused {
  error?: string;
  errors?: readonly Mistake[];
}

interface Options {
  /** Default: GET without a body, POST with one. */
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
}

/** Asks the console. Without a session the page is loaded again, which shows the form to sign in. @throws {ApiError} */
export async function ask<T>(path: string, body?: unknown, options: Options = {}): Promise<T> {
  const { method = body === undefined ? 'GET' : 'POST', headers = {} } = options;
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? { headers }
      : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined) throw new ApiError('The console does not answer');
  if (response.status === 401) location.reload();
  const answer = (await response.json().catch(() => ({}))) as T & Refused;
  if (response.ok) return answer;
  const mistakes = (answer.errors ?? []).map(({ code, message }) => ({
    code,
    message: message.replace(/: validation failed$/, ''),
  }));
  const message = mistakes[0]?.message ?? answer.error ?? `status ${response.status}`;
  throw new ApiError(message, response.status, mistakes);
}

/** Rows of a query, with numbers as numbers. */
export async function rowsOf<T>(query: string): Promise<T[]> {
  const { columns, rows } = await ask<SqlAnswer>('/api/sql', { query });
  const numeric = columns.filter(({ type }) => isNumericType(type)).map(({ name }) => name);
  return rows.map((row) => {
    const numbers = numeric.map((name) => [name, row[name] === null ? null : Number(row[name])]);
    return { ...row, ...Object.fromEntries(numbers) } as T;
  });
}
