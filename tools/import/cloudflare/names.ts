import { withReferences } from '../../../shared/authoring/references/places.ts';
import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import { labelOf } from '../parts/host.ts';
import { Names } from '../parts/names.ts';
import type { Fields } from '../tree/tree.ts';
import type { Found } from './terraform.ts';

/**
 * Gives objects names that a person can read instead of Cloudflare's ids, which data points and messages would repeat. References
 * follow.
 */
export function withNames(found: readonly Found[]): Found[] {
  const pools = new Names();
  const monitors = new Names();
  const names = new Map<string, string>();
  for (const { list, value } of found) {
    if (list === 'load_balancers' || typeof value['id'] !== 'string') continue;
    const taken = list === 'pools' ? pools : monitors;
    names.set(`${list} ${value['id']}`, taken.take(wantedName(list, value)));
  }
  return found.map((each) => {
    const { id, ...rest } = each.value;
    const own = typeof id === 'string' ? names.get(`${each.list} ${id}`) : undefined;
    const named =
      each.list === 'load_balancers' || own === undefined
        ? rest
        : each.list === 'pools'
          ? { ...rest, name: own }
          : { id: own, ...rest };
    const value = withReferences(
      each.list,
      named as Fields,
      (target, name) => names.get(`${target} ${name}`) ?? name,
    );
    return { ...each, value };
  });
}

function wantedName(list: ObjectList, value: Fields): string {
  const text = (field: string) => (typeof value[field] === 'string' ? value[field] : '');
  if (list === 'pools') return text('name') || 'pool';
  if (text('description') !== '') return labelOf(text('description'));
  return list === 'monitors' ? labelOf(`${text('type') || 'http'} ${text('path')}`) : 'group';
}
