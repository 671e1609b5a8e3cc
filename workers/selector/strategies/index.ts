import type { OriginPolicy, SteeringPolicy } from '../../../shared/config/config.ts';
import type { Strategy } from '../strategy.ts';
import { geo } from './geo.ts';
import { hash } from './hash.ts';
import { least_outstanding_requests } from './least_outstanding_requests.ts';
import { off } from './off.ts';
import { proximity } from './proximity.ts';
import { random } from './random.ts';
import { round_robin } from './round_robin.ts';

/** Every strategy by its name in the configuration, for pools and origins alike: the only list of them. */
export const STRATEGIES: Readonly<Record<SteeringPolicy | OriginPolicy, Strategy>> = {
  off,
  random,
  round_robin,
  geo,
  proximity,
  least_outstanding_requests,
  hash,
};
