import type { OperatorChange } from '../../../../shared/contracts/history.ts';
import type { OriginRow } from '../../../../shared/display/origin_rows.ts';

/** What an operator does to several pools and origins at once. */
export type Action = Required<Pick<OperatorChange, 'state'>> | { enabled: boolean } | { weight: number };

/** An action in words: `drain`, `disable`, `weight 0.5`. */
export function actionText(action: Action): string {
  if ('state' in action) return action.state;
  if ('enabled' in action) return action.enabled ? 'enable' : 'disable';
  return `weight ${action.weight}`;
}

/** Whether origins get fewer requests, so that somebody should see first where those go. */
export function takesAway(action: Action): boolean {
  if ('state' in action) return action.state !== 'ready';
  if ('enabled' in action) return !action.enabled;
  return action.weight === 0;
}

/** The changes of an action, and those that take it back. A weight is one of an origin, so pools are left out of it. */
export function changesOf(
  action: Action,
  rows: readonly OriginRow[],
  ticked: ReadonlySet<string>,
): { changes: OperatorChange[]; undo: OperatorChange[] } {
  const pools = new Map(rows.map(({ pool }) => [pool.id, pool]));
  const origins = rows.map(({ origin }) => origin).filter(({ id }) => ticked.has(id));
  const targets = [
    ...('weight' in action ? [] : [...pools.values()].filter(({ id }) => ticked.has(id))),
    ...origins,
  ];
  return {
    changes: targets.map(({ id }) => ({ target: id, ...action })),
    undo: targets.map((target) => {
      if ('state' in action) return { target: target.id, state: target.operator_state };
      if ('enabled' in action) return { target: target.id, enabled: target.enabled };
      return { target: target.id, weight: 'weight' in target ? target.weight : action.weight };
    }),
  };
}

/** The ticked origins, and all of ticked pools. */
export function originsOf(rows: readonly OriginRow[], ticked: ReadonlySet<string>): ReadonlySet<string> {
  const meant = rows.filter(({ pool, origin }) => ticked.has(origin.id) || ticked.has(pool.id));
  return new Set(meant.map(({ origin }) => origin.id));
}
