import { compile, type ReadField } from '../../../shared/rules/compile.ts';
import { parseCondition } from '../../../shared/rules/condition.ts';

/** Values of a request's fields; those of maps by field and key. */
export type Fields = Readonly<
  Record<string, string | number | readonly string[] | Readonly<Record<string, string[]>>>
>;

export function reader(fields: Fields): ReadField {
  return (field, key) => {
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (typeof value !== 'object' || Array.isArray(value))
      return value as string | number | string[] | undefined;
    const map = value as Readonly<Record<string, string[]>>;
    return key !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
  };
}

/** Whether an expression is true of a request. Fails if the expression is not accepted. */
export function holds(text: string, fields: Fields): boolean {
  const { expression, errors } = parseCondition(text);
  if (errors.length > 0) throw new Error(`${text}: ${errors.map(({ message }) => message).join('; ')}`);
  return expression === undefined || compile(expression)(reader(fields));
}

/** The problems of an expression: `part of it: message`. */
export function said(text: string): string[] {
  return parseCondition(text).errors.map(({ from, to, message }) => `${text.slice(from, to)}: ${message}`);
}
