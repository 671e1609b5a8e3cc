import type { FilledConfig } from '../../../shared/authoring/schema.ts';
import type * as model from '../../../shared/model/config.ts';

// The compiler runs this test (`npm run typecheck`). normalise() copies these objects as a whole, so a field that the schema has
// and the model lacks would be published without a type. Elsewhere normalise() itself does not compile if the two differ.

type Balancer = FilledConfig['load_balancers'][number];
type Pool = FilledConfig['pools'][number];
type Attributes = NonNullable<Balancer['session_affinity_attributes']>;

/** `true` if the two types have the same fields and the schema's values fit the model. */
type Fits<Filled, Model> = [keyof Filled, keyof Model, Filled] extends [keyof Model, keyof Filled, Model]
  ? true
  : false;

export const FITS: {
  backoff: Fits<Balancer['retry']['backoff'], model.Backoff>;
  budget: Fits<Balancer['retry']['budget'], model.Budget>;
  circuit_breaker: Fits<NonNullable<Pool['circuit_breaker']>, model.CircuitBreaker>;
  load_shedding: Fits<Omit<NonNullable<Pool['load_shedding']>, 'session_policy'>, model.LoadShedding>;
  maintenance: Fits<NonNullable<Balancer['maintenance']>, model.Maintenance>;
  mirror: Fits<NonNullable<Balancer['mirror']>, model.Mirror>;
  outlier_detection: Fits<Omit<Pool['outlier_detection'], 'enabled'>, model.OutlierDetection>;
  session: Fits<
    Omit<Attributes, 'drain_duration'>,
    Omit<model.Session, 'by' | 'ttl_ms' | 'drain_ms' | 'cookie'>
  >;
  slow_start: Fits<NonNullable<Pool['slow_start']>, model.SlowStart>;
  timeouts: Fits<Balancer['timeouts'], model.Timeouts>;
} = {
  backoff: true,
  budget: true,
  circuit_breaker: true,
  load_shedding: true,
  maintenance: true,
  mirror: true,
  outlier_detection: true,
  session: true,
  slow_start: true,
  timeouts: true,
};
