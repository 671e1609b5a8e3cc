// Defaults of the options that gateways read as well as strategies. They are apart from the descriptions of the options
// (shared/strategies), so that the gateway carries neither descriptions nor strategies.

/** Defaults of options in `steering_options` and `origin_steering.options`. The declarations in shared/strategies refer to them. */
export const STRATEGY_DEFAULTS = {
  key: ['client_address'],
  bounded_load: 0,
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
} as const;
