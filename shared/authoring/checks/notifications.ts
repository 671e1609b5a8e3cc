import { bindingName, isBareIp } from '../../http/address.ts';
import { type DraftConfig, present } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, info, type Problem, warning } from '../problem.ts';

/** Webhooks that would leak a secret or cannot be reached, and filters without a webhook. */
export function* notifications(config: DraftConfig, profile: Profile): Generator<Problem> {
  for (const [index, { name, url }] of present(config.notifications)) {
    if (name !== undefined && profile === 'production')
      yield info(
        ['notifications', index],
        `messages are signed if the health Worker has the secret ${bindingName('WEBHOOK_SECRET', name)} or WEBHOOK_SECRET`,
      );
    if (url === undefined) continue;
    const path = ['notifications', index, 'url'];
    const { protocol, hostname, username, password } = new URL(url);
    if (username !== '' || password !== '')
      yield error(
        path,
        'contains a user name or a password, which KV would hold in plain text; remove it: messages are signed instead',
      );
    if (protocol !== 'https:' && !(protocol === 'http:' && profile === 'local'))
      yield error(path, `got "${protocol}//"; allowed: "https://"`);
    else if (profile === 'production' && isBareIp(hostname))
      yield error(path, 'the platform cannot fetch a bare IP address; write a hostname');
  }
  if ((config.notifications ?? []).length > 0) return;
  for (const [index, { notification_filter }] of present(config.pools))
    if (notification_filter)
      yield warning(
        ['pools', index, 'notification_filter'],
        'has no effect: there are no `notifications`; add one',
      );
}
