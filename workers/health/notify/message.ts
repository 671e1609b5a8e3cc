import type { Message } from '../../../shared/contracts/notification.ts';
import type { Change } from './incident.ts';
import type { Subject } from './subjects.ts';

/** What webhooks are told about a subject. @param state the subject's current state */
export function messageOf(
  { kind, news: _news, ...subject }: Subject,
  state: string,
  incident: { id: string; opened_at: number; change: Change },
  now: number,
): Message {
  return {
    type: `${kind}.${state}`,
    timestamp: new Date(now).toISOString(),
    data: {
      incident: incident.id,
      change: incident.change,
      opened_at: new Date(incident.opened_at).toISOString(),
      ...subject,
      state,
    },
  };
}
