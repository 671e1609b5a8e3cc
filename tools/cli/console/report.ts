import type { Written } from '../../../shared/contracts/history.ts';
import { type JsonOption, say } from '../say.ts';
import type { HistoryApi } from './history_api.ts';
import { followText, lateText, published, versionText, type WaitOptions } from './publication.ts';

/**
 * Prints what the console says about a change, then looks whether KV has it.
 * @param options `json`: prints the console's answer instead of the line
 * @param text the line about the change, for `version 12, hash 0123456789ab` or `version 12`
 * @throws CliError as {@link published}
 */
export async function report(
  api: Pick<HistoryApi, 'publication'>,
  written: Written,
  options: WaitOptions & JsonOption,
  text: (version: string) => string,
): Promise<void> {
  for (const note of written.notes) console.error(noteText(note));
  const { version } = written.version;
  const publication = await published(api, written, options);
  say(options, { ...written, publication }, () => text(versionText(version, publication)));
  const follow = written.changed ? followText(version, publication) : lateText(version, publication);
  if (follow !== undefined) console.error(noteText(follow));
}

function noteText(note: string): string {
  return note.startsWith('warning: ') ? note : `note: ${note}`;
}
