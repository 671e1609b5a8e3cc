/**
 * Statuses that mean 'this origin could not serve it': the gateway's own family, and what Cloudflare says in an
 * origin's stead.
 */
export const GATEWAY_ERRORS: readonly number[] = [502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530];
