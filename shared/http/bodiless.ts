/** Statuses of responses without a body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). */
export const BODILESS: readonly number[] = [204, 205, 304];
