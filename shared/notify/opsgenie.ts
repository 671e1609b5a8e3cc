import { headline, isOutage, type Posting, requireSecret, type Told } from './posting.ts';

const MAX_MESSAGE = 130;

/**
 * Alert API of Opsgenie: `url` is `https://api.opsgenie.com/v2/alerts` (or `api.eu.…`), and the secret is an API key.
 * https://docs.opsgenie.com/docs/alert-api
 */
export function opsgenie(told: Told): Posting {
  const { webhook, message } = told;
  const { incident, change, pool, origin, state, reason, regions } = message.data;
  const url = webhook.url.replace(/\/$/, '');
  const headers = {
    'content-type': 'application/json',
    authorization: `GenieKey ${requireSecret(told, "Opsgenie's API key")}`,
  };
  if (change === 'closed')
    return {
      url: `${url}/${encodeURIComponent(incident)}/close?identifierType=alias`,
      headers,
      body: JSON.stringify({ source: 'plimsoll', note: headline(message) }),
    };
  return {
    url,
    headers,
    body: JSON.stringify({
      message: headline(message).slice(0, MAX_MESSAGE),
      alias: incident,
      description: headline(message),
      entity: origin ?? pool,
      source: 'plimsoll',
      priority: isOutage(message) ? 'P1' : 'P3',
      tags: ['plimsoll', pool],
      details: { state, ...(reason === undefined ? {} : { reason }), ...regions },
    }),
  };
}
