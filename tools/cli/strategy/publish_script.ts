import { createHash } from 'node:crypto';
import {
  type ScriptDocument,
  scriptDocument,
  scriptKey,
  sourceKey,
} from '../../../shared/contracts/scripts.ts';
import type { KvStore } from '../kv_store.ts';

/** The result of a publication. */
export interface ScriptPublication {
  document: ScriptDocument;
  /** False if the name already stands for the same bundle, so that nothing was written. */
  changed: boolean;
}

/**
 * Stores a bundle under its hash, then points the name at it.
 * @param now milliseconds since the epoch
 * @throws CliError if KV cannot be read or written
 */
export async function publishScript(
  store: KvStore,
  name: string,
  source: string,
  now: number,
): Promise<ScriptPublication> {
  const hash = createHash('sha256').update(source).digest('hex');
  const previous = parse(await store.get(scriptKey(name)));
  if (previous?.hash === hash) return { document: previous, changed: false };
  const document: ScriptDocument = { format: 1, name, hash, published_at: new Date(now).toISOString() };
  await store.put(sourceKey(hash), source);
  await store.put(scriptKey(name), JSON.stringify(document));
  return { document, changed: true };
}

/** Reads the document of a name. Any other value is undefined and will be overwritten; selectors do not load it either. */
function parse(text: string | undefined): ScriptDocument | undefined {
  try {
    return scriptDocument(JSON.parse(text ?? 'null'));
  } catch {
    return undefined;
  }
}
