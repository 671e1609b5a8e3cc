import type { Source } from '../../../shared/authoring/source/source.ts';
import type { Written } from '../../../shared/contracts/history.ts';
import { itemsBeside, keyOfItem } from './objects.ts';

type StateChange = Written['states'][number];
type Fields = Readonly<Record<string, unknown>>;

/** The pools, origins and balancers in both configurations whose operator state differs. */
export function stateChanges(before: Source, after: Source): StateChange[] {
  const known = new Map(
    [...statesOf(before, after)].map((one) => [`${one.kind} ${one.id}`, one.state] as const),
  );
  return [...statesOf(after, before)].flatMap(({ kind, id, state }) => {
    const previous = known.get(`${kind} ${id}`) ?? state;
    return previous === state ? [] : [{ kind, id, before: previous, after: state }];
  });
}

/** The states of objects that are not the same in another configuration. */
function* statesOf(
  source: Source,
  other: Source,
): Generator<{ kind: StateChange['kind']; id: string; state: string }> {
  for (const item of itemsBeside(source.items.load_balancers, other.items.load_balancers)) {
    const { enabled } = (item.value['maintenance'] ?? {}) as Fields;
    const state = enabled === true ? 'maintenance' : 'ready';
    yield { kind: 'balancer', id: keyOfItem('load_balancers', item), state };
  }
  for (const item of itemsBeside(source.items.pools, other.items.pools)) {
    const pool = keyOfItem('pools', item);
    yield { kind: 'pool', id: pool, state: stateOf(item.value) };
    const { origins } = item.value;
    for (const origin of Array.isArray(origins) ? (origins as Fields[]) : [])
      yield { kind: 'origin', id: `${pool}/${String(origin['name'])}`, state: stateOf(origin) };
  }
}

function stateOf({ state }: Fields): string {
  return typeof state === 'string' ? state : 'ready';
}
