import fc from 'fast-check';

/** Names of fields, and names that objects of JavaScript have anyway. */
const FIELDS = [
  ...[
    'id',
    'name',
    'path',
    'default_pools',
    'fallback_pool',
    'region_pools',
    'rules',
    'pool_sets',
    'mirror',
    'retry',
  ],
  ...[
    'origins',
    'address',
    'weight',
    'enabled',
    'state',
    'header',
    'port',
    'monitor',
    'monitor_group',
    'members',
  ],
  ...[
    'monitor_id',
    'origin_steering',
    'policy',
    'options',
    'steering_policy',
    'steering_options',
    'random_steering',
  ],
  ...[
    'pool_weights',
    'notification_filter',
    'created_on',
    'description',
    'source',
    'changes',
    'target',
    'query',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''],
];

const leaf = fc.constantFrom<unknown>(
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    0.5,
    1e308,
    '',
    '*',
    'eu',
    'drain',
    'off',
    'script:x',
    '\ud800',
    '•••',
    '{}',
  ],
);

/** Anything that JSON can hold, with the names of fields among its keys. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.string({ maxLength: 8 }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...FIELDS), tie('any')), { maxLength: 4 })
      .map((entries): unknown => Object.fromEntries(entries)),
  ),
})).any;

/** An object with anything in one of its fields. */
export function damaged(
  object: fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .tuple(object, fc.constantFrom(...FIELDS), anyJson)
    .map(([fields, name, value]) => Object.fromEntries([...Object.entries(fields), [name, value]]));
}
