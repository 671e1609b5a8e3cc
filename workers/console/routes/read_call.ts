import * as v from 'valibot';
import { allowedOf, pathOf, problemsOf } from '../../../shared/authoring/issues.ts';
import { error } from '../../../shared/authoring/problem.ts';
import type { SchemaNode } from '../../../shared/authoring/schema_node.ts';
import { refuseMasked, refuseMaskedSource } from '../access/refuse_masked.ts';
import { mistakeOf } from '../configuration/mistakes.ts';
import { type BodyLimits, jsonBody } from '../json_body.ts';
import { inside, type Placed, pathTo } from '../json_place.ts';
import { CODES, Refusal } from '../refusal.ts';
import type { Route } from './route.ts';

/**
 * Limits of a body that holds a whole configuration, or a script. 1,000 load balancers with 8,000 origins are 2.2 MB, and rules may
 * double that. A body of this limit and all that is parsed from it take about four times as much, which fits into the 128 MB of an
 * isolate.
 */
const LARGE: BodyLimits = { bytes: 8_000_000, separators: 500_000 };

/** Limits of every other body. The largest is a pool with thousands of origins. */
const USUAL: BodyLimits = { bytes: 1_000_000, separators: 100_000 };

/** An object has eight levels. Code that calls itself once a level would overflow the stack. */
const MAX_DEPTH = 100;

/** The query of a request, checked. Other fields are left out. @throws {Refusal} 400 */
export function readQuery({ query = {} }: Route, url: URL): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, { schema }] of Object.entries(query)) {
    const value = url.searchParams.get(name) ?? undefined;
    const { success, issues } = v.safeParse(schema, value);
    if (!success) {
      const given = value === undefined ? 'is missing' : `got ${JSON.stringify(value)}`;
      const message = `query \`${name}\` ${given}; allowed: ${allowedOf(issues[0], schema as unknown as SchemaNode)}: validation failed`;
      throw new Refusal(400, [{ code: CODES.invalid, message }]);
    }
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** The body of a request, checked as far as the route leaves it to us. @throws {HttpError} 400, 413 or 415 */
export async function readBody(
  { body: schema, body_size, checked_by }: Route,
  request: Request,
): Promise<unknown> {
  if (schema === undefined) return undefined;
  const body = await jsonBody(
    request,
    body_size === 'large' ? LARGE : USUAL,
    'the object that the documentation shows',
  );
  refuseUnstorable(body);
  refuseMasked(body);
  const { source } = (body ?? {}) as { source?: unknown };
  if (typeof source === 'string') refuseMaskedSource(source);
  return checked_by === 'handler' ? body : checkedBody(schema, body);
}

/** A body as its schema allows. @throws {Refusal} 400 with every mistake */
export function checkedBody<T extends v.GenericSchema>(schema: T, body: unknown): v.InferOutput<T> {
  const { success, issues, output } = v.safeParse(schema, body);
  if (success) return output;
  const problems = problemsOf(issues, schema as unknown as SchemaNode);
  if (problems.length === 0) throw new TypeError(`no words for ${issues.map(pathOf).join()}`);
  throw new Refusal(
    400,
    problems.map((problem) => mistakeOf(problem, problem.path)),
  );
}

/**
 * Refuses what JSON can say and nothing can store: values that nest too deeply, and numbers like `1e400`, which become infinite and
 * would be stored as `null`. Looks at a level at a time, so it needs no stack of its own.
 * @throws {Refusal} 400
 */
function refuseUnstorable(body: unknown): void {
  let level: Placed[] = [{ value: body }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH)
      throw new Refusal(400, [
        {
          code: CODES.invalid,
          message: `the body is nested more than ${MAX_DEPTH} levels deep, and no field needs that: validation failed`,
          pointer: '',
        },
      ]);
    const infinite = level.find(({ value }) => typeof value === 'number' && !Number.isFinite(value));
    if (infinite !== undefined)
      throw new Refusal(400, [
        mistakeOf(error([], 'got a number beyond 1.8e308; send a smaller one'), pathTo(infinite)),
      ]);
    level = level.flatMap(inside);
  }
}
