/** The demo origins. Different speeds, so that a policy which looks at speed or load has something to see. */
export const DEMO_ORIGINS = [
  { name: 'one', latency_ms: 5 },
  { name: 'two', latency_ms: 15 },
  { name: 'three', latency_ms: 40 },
] as const;
