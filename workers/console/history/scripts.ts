import {
  type PublishedScript,
  type ScriptDocument,
  scriptDocument,
  scriptKey,
  sourceKey,
} from '../../../shared/contracts/scripts.ts';
import { sha256 } from './versions.ts';

/** Each name costs a read of KV. */
const MAX_LOOKS = 20;

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

const NAMED = /script:([a-z0-9][a-z0-9_-]{0,31})/g;

/**
 * Notes about scripts that a change names and nobody has published: a pool then has no strategy.
 * @param change as JSON or as a file, whose comments count as well
 */
export async function missingScripts(kv: KVNamespace | undefined, change: string): Promise<string[]> {
  const names = [...new Set([...change.matchAll(NAMED)].map(([, name = '']) => name))].slice(0, MAX_LOOKS);
  const found = await Promise.all(names.map((name) => kv?.get(scriptKey(name))));
  return names
    .filter((_, index) => found[index] === null)
    .map(
      (name) =>
        `no script "${name}" is published, so gateways order origins by themselves where it is used; \`lb strategy publish\` publishes one`,
    );
}

/** Undefined: the value is no script document. It is overwritten, because selectors do not load it either. */
function parsed(text: string | null): ScriptDocument | undefined {
  try {
    return scriptDocument(JSON.parse(text ?? 'null'));
  } catch {
    return undefined;
  }
}
