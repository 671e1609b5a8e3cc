import { capacity } from './capacity.ts';
import { cost } from './cost.ts';
import { dynamic_latency } from './dynamic_latency.ts';
import { geo } from './geo.ts';
import { hash } from './hash.ts';
import { jump } from './jump.ts';
import { ketama } from './ketama.ts';
import { least_connections } from './least_connections.ts';
import { least_outstanding_requests } from './least_outstanding_requests.ts';
import { maglev } from './maglev.ts';
import { off } from './off.ts';
import { peak_ewma } from './peak_ewma.ts';
import { power_of_two } from './power_of_two.ts';
import { prequal } from './prequal.ts';
import { priority } from './priority.ts';
import { proximity } from './proximity.ts';
import { random } from './random.ts';
import { round_robin } from './round_robin.ts';
import { smooth_weighted_round_robin } from './smooth_weighted_round_robin.ts';
import type { Strategy } from './strategy.ts';
import { weighted_by_load } from './weighted_by_load.ts';
import { weighted_least_request } from './weighted_least_request.ts';

/** Every strategy by its name in the configuration, for pools and origins alike: the only list of them. */
export const STRATEGIES = {
  off,
  random,
  round_robin,
  smooth_weighted_round_robin,
  geo,
  proximity,
  dynamic_latency,
  priority,
  cost,
  capacity,
  least_outstanding_requests,
  least_connections,
  weighted_least_request,
  power_of_two,
  peak_ewma,
  prequal,
  weighted_by_load,
  hash,
  maglev,
  ketama,
  jump,
} satisfies Readonly<Record<string, Strategy>>;
