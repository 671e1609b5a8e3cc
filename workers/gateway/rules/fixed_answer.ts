import type { FixedResponse } from '../../../shared/model/config.ts';

/** Statuses whose answers have no body (RFC 9110, 6.4.1): the platform refuses to make one with an empty text even. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/** The answer that a rule gives in an origin's stead. Nothing keeps it: the rule may be gone in a moment. */
export function fixedAnswer(fixed: FixedResponse, method: string): Response {
  const { status_code, content_type, message_body, location } = fixed;
  const bodiless = method === 'HEAD' || WITHOUT_BODY.includes(status_code);
  return new Response(bodiless ? null : message_body, {
    status: status_code,
    headers: {
      ...(WITHOUT_BODY.includes(status_code) ? {} : { 'content-type': content_type }),
      'cache-control': 'no-store',
      ...(location === undefined ? {} : { location }),
    },
  });
}
