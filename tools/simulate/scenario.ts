import * as v from 'valibot';
import { bool, originName, whole } from '../../shared/authoring/fields.ts';

// The schema of scenario files. Messages say what is allowed; parse_scenario.ts adds the field and the value.

const ABOVE_0 = 'a number above 0';
const above0 = v.pipe(
  v.number(ABOVE_0),
  v.finite(ABOVE_0),
  v.check((n) => n > 0, ABOVE_0),
);
const AT_LEAST_0 = 'a number, 0 or more';
const atLeast0 = v.pipe(v.number(AT_LEAST_0), v.finite(AT_LEAST_0), v.minValue(0, AT_LEAST_0));

/** An object in which exactly one field is set. */
function oneField<const T extends v.ObjectEntries>(entries: T) {
  const allowed = `an object with one of ${Object.keys(entries).join(', ')}`;
  return v.pipe(
    v.strictObject(entries, allowed),
    v.check((value) => Object.values(value).filter((each) => each !== undefined).length === 1, allowed),
  );
}

function pair<const A extends v.GenericSchema<number>, const B extends v.GenericSchema<number>>(
  a: A,
  b: B,
  allowed: string,
) {
  return v.strictTuple([a, b], allowed);
}

const ServiceSchema = oneField({
  fixed_ms: v.optional(above0),
  uniform_ms: v.optional(
    v.pipe(
      pair(atLeast0, above0, '[least, most] in milliseconds'),
      v.check(([least, most]) => least <= most, '[least, most], the least first'),
    ),
  ),
  exponential_ms: v.optional(above0),
  normal_ms: v.optional(pair(above0, atLeast0, '[mean, standard deviation] in milliseconds')),
  lognormal_ms: v.optional(pair(above0, atLeast0, '[median in milliseconds, sigma of the logarithm]')),
});

const OriginSchema = v.strictObject(
  {
    id: originName,
    weight: v.optional(atLeast0, 1),
    servers: v.optional(whole(1, 1_000_000)),
    service: ServiceSchema,
    network_ms: v.optional(atLeast0, 0),
    reports_load: v.optional(bool, false),
  },
  'an object with "id" and "service"',
);

const only = (word: 'down' | 'up') => v.optional(v.literal(true, `true ("${word}": true)`));

const EventSchema = v.pipe(
  v.strictObject(
    {
      at_s: atLeast0,
      origin: v.string('the id of an origin'),
      service: v.optional(ServiceSchema),
      down: only('down'),
      up: only('up'),
      weight: v.optional(atLeast0),
    },
    'an object with "at_s", "origin" and what happens to it',
  ),
  v.check(
    ({ service, down, up, weight }) =>
      [service, down, up, weight].filter((each) => each !== undefined).length === 1,
    'an object with one of service, down, up, weight',
  ),
);

export const ScenarioSchema = v.pipe(
  v.strictObject(
    {
      seed: v.optional(whole(0, Number.MAX_SAFE_INTEGER), 1),
      requests: v.optional(whole(1, 100_000_000)),
      duration_s: v.optional(above0),
      arrivals: oneField({
        poisson_per_s: v.optional(above0),
        constant_per_s: v.optional(above0),
        closed: v.optional(whole(1, 1_000_000)),
      }),
      isolates: v.optional(whole(1, 100_000), 1),
      origins: v.pipe(v.array(OriginSchema, 'a list of origins'), v.minLength(1, 'at least one origin')),
      timeout_ms: v.optional(above0),
      // Absent: the default of `retry.attempts`.
      attempts: v.optional(whole(1, 10)),
      events: v.optional(v.array(EventSchema, 'a list of events'), []),
      key_space: v.optional(whole(1, 1_000_000)),
      warmup: v.optional(
        v.pipe(
          v.number('a share from 0 to 0.9'),
          v.minValue(0, 'a share from 0 to 0.9'),
          v.maxValue(0.9, 'a share from 0 to 0.9'),
        ),
        0,
      ),
    },
    'an object',
  ),
  v.check(
    ({ requests, duration_s }) => (requests === undefined) !== (duration_s === undefined),
    'an object with either requests or duration_s',
  ),
);

/** A scenario with its defaults. */
export type Scenario = v.InferOutput<typeof ScenarioSchema>;
/** The content of a scenario file. */
export type ScenarioFile = v.InferInput<typeof ScenarioSchema>;
export type ScenarioOrigin = Scenario['origins'][number];
export type ScenarioEvent = Scenario['events'][number];
/** The distribution of service times. Exactly one field is set. */
export type Service = ScenarioOrigin['service'];
