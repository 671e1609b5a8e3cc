import { lift } from '../../../shared/authoring/lift.ts';
import type { Profile } from '../../../shared/authoring/normalise.ts';
import { configSourceKey } from '../../../shared/contracts/history.ts';
import { readConfig } from '../../../shared/documents/published.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { CODES, Refusal } from '../refusal.ts';
import { isUnreadable, type KvHead } from './kv_head.ts';

/**
 * The file of what somebody else wrote to KV: as `lb publish --direct` left it, or else made from the configuration.
 * @param outside the head that was seen
 * @throws {Refusal} 409 if KV has another one by now, or no configuration; 503 if KV fails
 */
export async function outsideText(
  kv: KVNamespace | undefined,
  outside: KvHead,
  profile: Profile,
): Promise<string> {
  const document = await documentIn(kv);
  if (document === undefined || document.version !== outside.version)
    throw conflict('KV was changed again from outside: look at it, then repeat your request');
  const file = await kv?.get(configSourceKey(document.hash)).catch(failed);
  return file ?? `${JSON.stringify(lift(document.config, profile), undefined, 2)}\n`;
}

async function documentIn(kv: KVNamespace | undefined): Promise<ConfigDocument | undefined> {
  try {
    return await readConfig(kv);
  } catch (error) {
    if (!isUnreadable(error)) throw unreachable(error);
    throw conflict('KV holds no configuration that can be read, so it cannot be adopted: overwrite it');
  }
}

/** Nothing was changed, and repeating the request does not help. */
export function conflict(message: string): Refusal {
  return new Refusal(409, [{ code: CODES.invalid, message }], { 'x-should-retry': 'false' });
}

/** KV failed. The reason goes to the log. */
export function unreachable(error: unknown): Refusal {
  console.error(`console: KV failed: ${String(error)}`);
  return new Refusal(503, [{ code: CODES.internal, message: 'KV does not answer: try again' }], {
    'retry-after': '5',
  });
}

function failed(error: unknown): never {
  throw unreachable(error);
}
