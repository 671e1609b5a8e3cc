// Every option of every strategy with its default, the only place where these stand. Apart from the schema, so that
// Workers read them without carrying a validator.

/** Defaults of `steering_options` and of `origin_steering.options`; what each means is in strategy_options.ts. */
export const STRATEGY_DEFAULTS = {
  key: ['client_address'],
  // Caddy's.
  fallback: 'random',
  bounded_load: 0,
  // Envoy's; more than 100 slots an origin up to 655 origins.
  table_size: 65_537,
  weight_scale: 1,
  // Envoy's; a third choice gains little over the second (Mitzenmacher 2001).
  choices: 2,
  // Envoy's.
  bias: 1,
  // linkerd2's, both.
  decay_s: 10,
  default_rtt_ms: 30,
  // Ours: far above what a good origin takes, so that one that fails fast does not look fast.
  failure_ms: 1_000,
  // gRFC A58's, all three.
  error_penalty: 1,
  blackout_s: 10,
  expiration_s: 180,
  // 2^-0.25, and one second: the Prequal paper's testbed.
  rif_quantile: 0.84,
  report_age_ms: 1_000,
  // Envoy's overprovisioning factor of 1.4.
  overprovisioning_percent: 140,
  isolates: 1,
} as const;

/** Policies that map keys of requests to origins. */
export const KEYED_POLICIES: readonly string[] = ['hash', 'maglev', 'ketama', 'jump'];
