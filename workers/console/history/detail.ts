import type { Difference } from '../../../shared/contracts/history.ts';
import { MASK } from '../access/masked.ts';

const MAX_CHARS = 1_000;
const MAX_VALUE_CHARS = 80;
/** Values of monitor headers may be secrets. */
const SECRET = /^\/header(\/|$)/;

/** Differences in one line for the audit: `pools eu /origins/0/weight 1 -> 0.5; load_balancers app added`. */
export function detailOf(found: readonly Difference[]): string {
  const parts = found.flatMap(({ list, key, change, fields }) => {
    const what = `${list} ${key}`.trim();
    if (change !== 'changed') return [`${what} ${change}`];
    return fields.map(({ pointer, ...values }) => {
      const hidden = list === 'monitors' && SECRET.test(pointer);
      const side = (name: 'before' | 'after') => {
        if (!Object.hasOwn(values, name)) return 'unset';
        return hidden ? MASK : cut(JSON.stringify(values[name]), MAX_VALUE_CHARS);
      };
      return `${what} ${pointer} ${side('before')} -> ${side('after')}`;
    });
  });
  return cut(parts.join('; '), MAX_CHARS);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}
