import {
  type PublishedScript,
  type ScriptDocument,
  scriptDocument,
  scriptKey,
  sourceKey,
} from '../../../shared/contracts/scripts.ts';
import { sha256 } from './versions.ts';

/**
 * Stores a script under its hash, then points the name at it.
 * @param now milliseconds since the epoch
 * @throws {Error} if KV fails
 */
export async function publishScript(
  kv: KVNamespace,
  name: string,
  source: string,
  now: number,
): Promise<PublishedScript> {
  const hash = sha256(source);
  const previous = parsed(await kv.get(scriptKey(name)));
  if (previous?.hash === hash) return { name, hash, published_at: previous.published_at, changed: false };
  const document: ScriptDocument = { format: 1, name, hash, published_at: new Date(now).toISOString() };
  await kv.put(sourceKey(hash), source);
  await kv.put(scriptKey(name), JSON.stringify(document));
  return { name, hash, published_at: document.published_at, changed: true };
}

/** Undefined: the value is no script document. It is overwritten, because selectors do not load it either. */
function parsed(text: string | null): ScriptDocument | undefined {
  try {
    return scriptDocument(JSON.parse(text ?? 'null'));
  } catch {
    return undefined;
  }
}
