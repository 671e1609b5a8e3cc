/** Seconds: the range that Cloudflare allows and what it takes if nothing is said. */
export const SESSION_TTL = {
  cookie: { min: 1_800, max: 604_800, standard: 82_800 },
  ip_cookie: { min: 1_800, max: 604_800, standard: 82_800 },
  header: { min: 30, max: 3_600, standard: 1_800 },
} as const;
