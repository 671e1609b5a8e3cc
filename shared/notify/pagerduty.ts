import { headline, isOutage, type Posting, requireSecret, type Told } from './posting.ts';

/**
 * Events API v2 of PagerDuty: `url` is `https://events.pagerduty.com/v2/enqueue`, and the secret is the integration key.
 * https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
 */
export function pagerduty(told: Told): Posting {
  const { webhook, message } = told;
  const { incident, change, pool, origin } = message.data;
  const is_closed = change === 'closed';
  return {
    url: webhook.url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      routing_key: requireSecret(told, "PagerDuty's integration key"),
      event_action: is_closed ? 'resolve' : 'trigger',
      dedup_key: incident,
      ...(is_closed
        ? {}
        : {
            payload: {
              summary: headline(message).slice(0, 1_024),
              source: origin ?? pool,
              severity: isOutage(message) ? 'critical' : 'warning',
              timestamp: message.timestamp,
              component: origin ?? pool,
              group: pool,
              class: message.type,
              custom_details: message.data,
            },
          }),
    }),
  };
}
