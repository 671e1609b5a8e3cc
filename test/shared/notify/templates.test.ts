import { describe, expect, it } from 'vitest';
import type { Message } from '../../../shared/contracts/notification.ts';
import type { TemplateName } from '../../../shared/model/monitor.ts';
import type { Told } from '../../../shared/notify/posting.ts';
import { postingFor } from '../../../shared/notify/templates.ts';

// The requests to each receiver, as their documentation has them (see the files in shared/notify).

const URLS: Readonly<Record<TemplateName, string>> = {
  standard: 'https://hooks.example.com/',
  slack: 'https://hooks.slack.com/services/',
  pagerduty: 'https://events.pagerduty.com/v2/enqueue',
  opsgenie: 'https://api.opsgenie.com/v2/alerts',
};

const opened: Message = {
  type: 'origin.down',
  timestamp: '2026-11-25T19:04:51.000Z',
  data: {
    ...{ incident: 'inc_1', change: 'opened', opened_at: '2026-11-25T19:04:51.000Z', pool: 'eu' },
    ...{ origin: 'eu/a&b', state: 'down', reason: 'tcp_timeout', regions: { weur: 'down', enam: 'up' } },
  },
};
const { reason: _, ...rest } = opened.data;
const closed: Message = {
  ...{ type: 'origin.up', timestamp: '2026-11-25T19:10:00.000Z' },
  data: { ...rest, change: 'closed', state: 'up' },
};

function told(template: TemplateName, message: Message, more: Partial<Told> = {}): Told {
  const webhook = { name: 'ops', url: URLS[template], template };
  return { webhook, message, json: JSON.stringify(message), id: 'msg_1', secret: 'KEY', now: 0, ...more };
}

async function sent(template: TemplateName, message: Message) {
  const { url, headers, body } = await postingFor(told(template, message));
  return { url, headers, body: JSON.parse(body) as Record<string, unknown> };
}

describe('a webhook of Slack', () => {
  it('gets a text under its secret path, with the three signs of Slack escaped', async () => {
    const { url, body } = await sent('slack', opened);
    expect(url).toBe('https://hooks.slack.com/services/KEY');
    expect(body['text']).toBe(':red_circle: eu/a&amp;b is down (tcp_timeout), since 2026-11-25 19:04:51 UTC');
    expect(JSON.stringify(body['blocks'])).toContain('weur down · enam up');
    expect((await sent('slack', closed)).body['text']).toContain(
      ':large_green_circle: eu/a&amp;b is up again',
    );
  });
});

describe('a webhook of PagerDuty', () => {
  it('triggers and resolves one incident', async () => {
    const { url, body } = await sent('pagerduty', opened);
    expect(url).toBe(URLS.pagerduty);
    expect(body).toMatchObject({
      ...{ routing_key: 'KEY', event_action: 'trigger', dedup_key: 'inc_1' },
      payload: { source: 'eu/a&b', severity: 'critical', group: 'eu', timestamp: opened.timestamp },
    });
    expect((await sent('pagerduty', closed)).body).toEqual({
      ...{ routing_key: 'KEY', event_action: 'resolve', dedup_key: 'inc_1' },
    });
  });
});

describe('a webhook of Opsgenie', () => {
  it('opens an alert and closes it by its alias', async () => {
    const { url, headers, body } = await sent('opsgenie', opened);
    expect([url, headers['authorization']]).toEqual([URLS.opsgenie, 'GenieKey KEY']);
    expect(body).toMatchObject({ alias: 'inc_1', priority: 'P1', tags: ['plimsoll', 'eu'] });
    const end = await sent('opsgenie', closed);
    expect(end.url).toBe(`${URLS.opsgenie}/inc_1/close?identifierType=alias`);
  });

  it('gets a message of at most 130 characters', async () => {
    const long = { ...opened, data: { ...opened.data, origin: `eu/${'x'.repeat(300)}` } };
    expect(String((await sent('opsgenie', long)).body['message']).length).toBe(130);
  });
});

describe('a webhook', () => {
  it('gets the message itself without a template, and with one that a newer version knows', async () => {
    for (const template of ['standard', 'teams'] as TemplateName[]) {
      const { body } = await postingFor({
        ...told('standard', opened),
        webhook: { name: 'x', url: 'https://a/', template },
        secret: undefined,
      });
      expect(JSON.parse(body)).toEqual(opened);
    }
  });

  it.each(['slack', 'pagerduty', 'opsgenie'] as const)(
    'of %s says which secret is missing',
    async (template) => {
      await expect(postingFor(told(template, opened, { secret: undefined }))).rejects.toThrow(
        'set the secret WEBHOOK_SECRET_OPS of the health Worker',
      );
    },
  );
});
