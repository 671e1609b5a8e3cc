import { bindingName, isBareIp } from '../../http/address.ts';
import { type DraftConfig, placed } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, info, type Problem, warning } from '../problem.ts';

/** Webhooks that would leak a secret or cannot be reached, and filters without a webhook. */
export function* notifications(config: DraftConfig, profile: Profile): Generator<Problem> {
  for (const [place, { name, url, template = 'standard' }] of placed(config.notifications, 'notifications')) {
    if (name !== undefined && profile === 'production')
      yield info(
        place,
        template === 'standard'
          ? `messages are signed if the health Worker has the secret ${bindingName('WEBHOOK_SECRET', name)} or WEBHOOK_SECRET`
          : `the health Worker needs the secret ${bindingName('WEBHOOK_SECRET', name)} with the key of ${template}`,
      );
    if (url === undefined) continue;
    const path = [...place, 'url'];
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
  const so = 'has no effect: there are no `notifications`; add one';
  for (const [path, { notification_filter }] of placed(config.pools, 'pools'))
    if (notification_filter) yield warning([...path, 'notification_filter'], so);
}
