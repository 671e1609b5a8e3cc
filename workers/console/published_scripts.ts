import { type ScriptDocument, scriptDocument, scriptKey } from '../../shared/contracts/scripts.ts';

/**
 * The strategy scripts in KV, by name. One that was published a moment ago may be missing for a minute. A value that is no script
 * document is left out, because selectors do not load it either.
 * @param kv undefined: there are none
 * @param limit how many are read at most
 */
export async function publishedScripts(
  kv: KVNamespace | undefined,
  limit: number,
): Promise<Pick<ScriptDocument, 'name' | 'hash' | 'published_at'>[]> {
  const { keys } = (await kv?.list({ prefix: scriptKey(''), limit })) ?? { keys: [] };
  const found = await Promise.all(
    keys.map(async ({ name: key }) => {
      const name = key.slice(scriptKey('').length);
      try {
        const { hash, published_at } = scriptDocument(await kv?.get(key, 'json'));
        return [{ name, hash, published_at }];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}
