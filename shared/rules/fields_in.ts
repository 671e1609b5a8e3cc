import type { Expression, Field } from './expression.ts';

/** A field as a condition names it: with a key if it is a map. */
export interface NamedField {
  field: string;
  /** Absent: the field is no map. */
  key?: string;
}

/** The fields in an expression, in its order. A field that stands in it twice is in the list twice. */
export function fieldsIn(expression: Expression): NamedField[] {
  const found: NamedField[] = [];
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('field' in part) {
      const { field, at: [key] = [] } = part as Field;
      found.push({ field, ...(typeof key === 'string' && { key }) });
    }
    Object.values(part).forEach(visit);
  };
  visit(expression);
  return found;
}
