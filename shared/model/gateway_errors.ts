/** Statuses that mean the origin could not serve: 502 to 504, and those that Cloudflare answers in place of an origin. */
export const GATEWAY_ERRORS: readonly number[] = [502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530];
