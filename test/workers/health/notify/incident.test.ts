import { expect, it } from 'vitest';
import {
  type Change,
  type Incident,
  incidentAfter,
  type News,
} from '../../../../workers/health/notify/incident.ts';

const STATES: Record<string, News> = {
  up: { state: 'up', well: true },
  down: { state: 'down', well: false },
  degraded: { state: 'degraded', well: false },
  critical: { state: 'critical', well: false },
};

it.each([
  ['is silent while all is well', 'up up up', ''],
  ['opens once and closes once', 'up down down up up', 'opened closed'],
  ['opens when the first known state is bad', 'down', 'opened'],
  ['ignores an unknown state', 'up ? up', ''],
  ['stays open through unknown states', 'down ? ? down ? up', 'opened closed'],
  [
    'changes when the subject gets worse or better without being well',
    'degraded critical degraded up',
    'opened changed changed closed',
  ],
  ['opens again after it closed', 'down up down', 'opened closed opened'],
])('an incident %s: %s', (_, states, expected) => {
  let open: Incident | undefined;
  const changes: Change[] = [];
  const ids: string[] = [];
  for (const [at, state] of states.split(' ').entries()) {
    const { incident, change } = incidentAfter(open, STATES[state], () => `i${at}`, at);
    if (change !== undefined) {
      changes.push(change);
      ids.push((incident ?? open)?.id ?? '');
    }
    open = incident;
  }
  expect(changes.join(' ')).toBe(expected);
  // The id stays the same from opened to closed. The next incident has another one.
  const opened = changes.filter((change) => change === 'opened').length;
  expect(new Set(ids).size).toBe(opened);
});
