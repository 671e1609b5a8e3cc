/** Cloudflare's ranges and defaults of `session_affinity_ttl`, in seconds. */
export const SESSION_TTL = {
  cookie: { min: 1_800, max: 604_800, standard: 82_800 },
  ip_cookie: { min: 1_800, max: 604_800, standard: 82_800 },
  header: { min: 30, max: 3_600, standard: 1_800 },
} as const;
