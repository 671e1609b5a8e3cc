import { HttpError } from '../../shared/errors.ts';

/** One mistake of a request, as Cloudflare's API writes it into `errors[]`. */
export interface Mistake {
  /** Cloudflare's code, or ours from 1000 on. See {@link CODES}. */
  code: number;
  /** Field, what is wrong, what to do. */
  message: string;
  /** JSON pointer (RFC 6901) into the request's body: `/origins/0/weight`. Absent: it is not about one place. */
  pointer?: string;
  /** Facts for programs, such as both versions of a lost race. */
  meta?: Readonly<Record<string, unknown>>;
  /** What led to it, as Cloudflare's `error_chain` of an invalid header. */
  error_chain?: readonly { code: number; message: string }[];
}

/** Codes of {@link Mistake}. Those of Cloudflare's API where one is known to the public. */
export const CODES = {
  invalid_token: 1_000,
  not_found: 1_001,
  invalid: 1_002,
  not_unique: 1_003,
  unknown_reference: 1_004,
  referenced: 1_005,
  /** Ours: a balancer would have nothing usable. */
  needs_force: 1_006,
  /** Ours: somebody else changed it first, or no version was named. */
  lost_race: 1_007,
  invalid_header: 6_003,
  no_route: 7_000,
  malformed_id: 7_003,
  missing_credentials: 9_106,
  other_account: 9_109,
  forbidden: 10_000,
  too_many: 10_429,
  internal: 10_500,
} as const;

/** Nobody reads more of them, and an answer with 100,000 is 20 MB. */
const MAX_MISTAKES = 1_000;

/** A refused request of the console's API. It carries its response: status, headers and every mistake. */
export class Refusal extends HttpError {
  /** The first 1,000. */
  readonly mistakes: readonly Mistake[];

  constructor(status: number, mistakes: readonly Mistake[], headers: Record<string, string> = {}) {
    super(status, mistakes[0]?.message ?? 'refused', { headers });
    this.name = 'Refusal';
    this.mistakes = mistakes.slice(0, MAX_MISTAKES);
  }
}

/** A refusal as plain data. An error loses its class and fields on its way out of a Durable Object. */
export interface RefusalData {
  status: number;
  mistakes: readonly Mistake[];
  headers: Record<string, string>;
}

/** The result of a call of a Durable Object. */
export type Outcome<T> = { value: T } | { refused: RefusalData };

/** Runs a call inside the Durable Object. A {@link Refusal} becomes data, any other error is thrown. */
export async function outcomeOf<T>(call: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, mistakes, headers } = error;
    return { refused: { status, mistakes, headers } };
  }
}

/** Takes the value out of an outcome. @throws {Refusal} as it was thrown inside the Durable Object */
export function unwrap<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value;
  const { status, mistakes, headers } = outcome.refused;
  throw new Refusal(status, mistakes, headers);
}
