import { headline, type Posting, requireSecret, type Told } from './posting.ts';

const SIGNS = { opened: ':red_circle:', changed: ':large_orange_circle:', closed: ':large_green_circle:' };

/**
 * An incoming webhook of Slack. Its path is a secret, so `url` is `https://hooks.slack.com/services`, and the secret is what follows:
 * `T…/B…/…`. https://api.slack.com/messaging/webhooks
 */
export function slack(told: Told): Posting {
  const { webhook, message } = told;
  const { pool, change, regions = {} } = message.data;
  const text = `${SIGNS[change]} ${headline(message)}`;
  const details = [`pool ${pool}`, ...Object.entries(regions).map(([region, state]) => `${region} ${state}`)];
  const blocks = [
    { type: 'section', text: { type: 'mrkdwn', text: escaped(text) } },
    { type: 'context', elements: [{ type: 'mrkdwn', text: escaped(details.join(' · ')) }] },
  ];
  return {
    url: `${webhook.url.replace(/\/$/, '')}/${requireSecret(told, "the path of Slack's webhook").replace(/^\//, '')}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: escaped(text), blocks }),
  };
}

/** Slack's three signs. https://api.slack.com/reference/surfaces/formatting#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
