import { testOf } from './comparison.ts';
import type { Argument, Call, Expression, Value } from './expression.ts';
import { isEach, isExpression, isValue } from './expression.ts';
import type { FieldName } from './fields.ts';
import { type Data, FUNCTIONS, type FunctionName, type Run, type Scalar } from './functions.ts';

/**
 * Reads a field of a request, when an expression needs it. Addresses are text.
 * @param key of a map
 * @returns undefined: the request does not have it, and every comparison with it is false
 */
export type ReadField = (field: FieldName, key?: string) => string | number | readonly string[] | undefined;

export type Condition = (read: ReadField) => boolean;

/**
 * Compiles a checked expression. It reads fields only when needed: `and` and `or` stop at the first operand that decides.
 * @throws {Error} if this version does not know an operator or function
 */
export function compile(expression: Expression): Condition {
  switch (expression.op) {
    case 'not': {
      const inner = compile(expression.of);
      return (read) => !inner(read);
    }
    case 'and': {
      const parts = expression.of.map(compile);
      return (read) => parts.every((part) => part(read));
    }
    case 'or': {
      const parts = expression.of.map(compile);
      return (read) => parts.some((part) => part(read));
    }
    case 'xor': {
      const parts = expression.of.map(compile);
      return (read) => parts.reduce((result, part) => result !== part(read), false);
    }
    case 'is': {
      const value = getterOf(expression.left);
      return (read) => value(read) === true;
    }
    default: {
      const value = getterOf(expression.left);
      const test = testOf(expression);
      return (read) => {
        const data = value(read);
        return data !== undefined && test(data as Scalar);
      };
    }
  }
}

type Each = (read: ReadField) => readonly boolean[] | undefined;

/**
 * The results of an expression with `[*]`, an argument of `any` or `all`, for each element. Undefined: the list is missing.
 * That differs from an empty list: `all` of an empty list is true, and of a missing one false.
 */
function compileEach(expression: Expression): Each {
  switch (expression.op) {
    case 'not': {
      const inner = compileEach(expression.of);
      return (read) => inner(read)?.map((each) => !each);
    }
    case 'and':
      return combineEach(expression.of, (a, b) => a && b);
    case 'or':
      return combineEach(expression.of, (a, b) => a || b);
    case 'xor':
      return combineEach(expression.of, (a, b) => a !== b);
    case 'is': {
      const value = getterOf(expression.left);
      return (read) => value(read) as boolean[] | undefined;
    }
    default: {
      const value = getterOf(expression.left);
      const test = testOf(expression);
      return (read) => (value(read) as Scalar[] | undefined)?.map(test);
    }
  }
}

/** Combines lists element by element, up to the shortest, as Cloudflare's engine does. Undefined: one list is missing. */
function combineEach(of: readonly Expression[], combine: (a: boolean, b: boolean) => boolean): Each {
  const parts = of.map(compileEach);
  return (read) =>
    parts
      .map((part) => part(read))
      .reduce((a, b) => b && a?.slice(0, b.length).map((each, index) => combine(each, b[index] === true)));
}

function hasEach(expression: Expression): boolean {
  switch (expression.op) {
    case 'not':
      return hasEach(expression.of);
    case 'and':
    case 'or':
    case 'xor':
      return expression.of.some(hasEach);
    default: {
      const { left } = expression;
      // In `any(starts_with(x[*], "a"))` the call itself gives a list.
      return isEach(left) || ('call' in left && isEach(left.args[0]) && left.at === undefined);
    }
  }
}

type Get = (read: ReadField) => Data | undefined;

function getterOf(value: Value): Get {
  const [key, ...rest] = value.at ?? [];
  // A map is never read as a whole: its first index is the key.
  const keyed = 'field' in value && typeof key === 'string';
  const base = 'call' in value ? call(value) : fieldOf(value.field as FieldName, keyed ? key : undefined);
  const index = (keyed ? rest : (value.at ?? [])).find((step) => step !== null);
  if (index === undefined) return base;
  return (read) => (base(read) as readonly Scalar[] | undefined)?.[index as number];
}

function fieldOf(field: FieldName, key: string | undefined): Get {
  return (read) => read(field, key);
}

function call({ call: name, args }: Call): Get {
  if (!Object.hasOwn(FUNCTIONS, name)) throw new Error(`unknown function "${name}"`);
  const does: Run = FUNCTIONS[name as FunctionName];
  const gets = args.map(argumentOf);
  const run = (given: (Data | undefined)[]): Data | undefined => {
    const present = given.filter((data) => data !== undefined);
    // A missing argument makes the result missing. Only concat ignores it.
    const enough = name === 'concat' ? present.length > 0 : present.length === given.length;
    return enough ? does(...present) : undefined;
  };
  const [first, ...others] = gets;
  if (!isEach(args[0]) || first === undefined) return (read) => run(gets.map((get) => get(read)));
  return (read) => {
    const rest = others.map((get) => get(read));
    const elements = first(read) as readonly Scalar[] | undefined;
    return elements?.flatMap((element) => (run([element, ...rest]) ?? []) as Scalar);
  };
}

function argumentOf(argument: Argument): Get {
  if (typeof argument !== 'object') return () => argument;
  if (isValue(argument)) return getterOf(argument);
  if (isExpression(argument)) return hasEach(argument) ? compileEach(argument) : compile(argument);
  return () => argument.ip;
}
