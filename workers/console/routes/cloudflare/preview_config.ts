import type { Profile } from '../../../../shared/authoring/normalise.ts';
import { parseConfig } from '../../../../shared/authoring/parse.ts';
import type { Lists } from '../../../../shared/authoring/references/graph.ts';
import type { ApiObject } from '../../../../shared/contracts/history.ts';
import type { Config } from '../../../../shared/model/config.ts';
import { CODES, type Mistake, Refusal } from '../../refusal.ts';
import { pointerOf } from './pointer.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The key of the monitor of a preview that is no saved one. */
const UNSAVED = 'preview';

/**
 * The configuration that a preview probes by: pools, and the monitor that probes all of them.
 * @param saved the monitor that `body` changes; undefined: `body` is a whole monitor
 * @param body fields of a monitor; `null` unsets a field
 * @throws {Refusal} 400 with each mistake of `body`
 */
export function withMonitor(
  pools: readonly ApiObject[],
  saved: ApiObject | undefined,
  body: Fields,
  profile: Profile,
): Config {
  const key = saved?.key ?? UNSAVED;
  const monitor = { ...saved?.value, ...body, id: key };
  return parsed(
    {
      pools: pools.map(({ key: id, value: { monitor_group, ...value } }) => ({ ...value, id, monitor: key })),
      monitors: [monitor],
    },
    profile,
  );
}

/** The configuration that a preview probes by if nothing is changed: the pool's own monitor, or its group. */
export function asSaved(everything: Lists<ApiObject>, pool: ApiObject, profile: Profile): Config {
  const withId = ({ key: id, value }: ApiObject) => ({ ...value, id });
  return parsed(
    {
      pools: [withId(pool)],
      monitors: everything.monitors.map(withId),
      monitor_groups: everything.monitor_groups.map(withId),
    },
    profile,
  );
}

function parsed(lists: Readonly<Record<string, readonly Fields[]>>, profile: Profile): Config {
  const { config, problems } = parseConfig({ load_balancers: [], ...lists }, profile);
  if (config !== undefined) return config;
  const mistakes = problems.flatMap(({ severity, path, message }): Mistake[] => {
    if (severity !== 'error') return [];
    // Only the monitor can be wrong: the pools are as saved.
    const inside = path[0] === 'monitors' ? path.slice(2) : [];
    const field = inside.length === 0 ? '' : `${inside.join('.')} `;
    return [
      { code: CODES.invalid, message: `${field}${message}: validation failed`, pointer: pointerOf(inside) },
    ];
  });
  throw new Refusal(400, mistakes);
}
