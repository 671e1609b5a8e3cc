/** The demo origins. Their speeds differ, so that policies that look at speed or load have an effect. */
export const DEMO_ORIGINS = [
  { name: 'one', latency_ms: 5 },
  { name: 'two', latency_ms: 15 },
  { name: 'three', latency_ms: 40 },
] as const;
