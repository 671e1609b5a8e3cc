import type { AccessEnv } from './access_env.ts';
import type { Scope } from './principal.ts';

/**
 * The scope of somebody of Cloudflare Access: `admin` or `operate` if a list names them, otherwise `read`.
 * @param names e-mail address or common name, and `sub` if there is one. Case does not count
 */
export function accessScope({ ACCESS_ADMINS, ACCESS_OPERATORS }: AccessEnv, names: readonly string[]): Scope {
  if (lists(ACCESS_ADMINS, names)) return 'admin';
  return lists(ACCESS_OPERATORS, names) ? 'operate' : 'read';
}

/** Empty entries name nobody: `,` at the end of a list must not match an empty name. */
function lists(list: string | undefined, names: readonly string[]): boolean {
  const entries = (list ?? '').split(',').map((entry) => entry.trim().toLowerCase());
  return names.some((name) => name !== '' && entries.includes(name.toLowerCase()));
}
