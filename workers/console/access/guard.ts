import { isToken } from '../../../shared/contracts/access.ts';
import { foreignRequest } from '../../../shared/ip/loopback.ts';
import type { AccessContext, AccessEnv } from './access_env.ts';
import { isConfigured } from './cloudflare_access.ts';
import { forbidden } from './refusals.ts';

const HOW =
  'make a token with `npm run lb -- token new --print` and set it with `npx wrangler secret put ADMIN_TOKEN -c wrangler.console.toml`';

/**
 * Refuses what no credential can open. It stands before every route, open ones too.
 *
 * A local console refuses hosts other than this machine, and pages of other sites, whatever token they show. A console without
 * ADMIN_TOKEN and without Access is closed. One with an ADMIN_TOKEN of another form is closed as well, because a short secret can be
 * guessed.
 * @throws {Refusal} 403
 */
export function guard(request: Request, env: AccessEnv, ctx: AccessContext): void {
  if (env.LOCAL === 'true') {
    const foreign = foreignRequest((name) => request.headers.get(name) ?? hostOf(request, name));
    if (foreign !== undefined) throw forbidden(foreign);
  }
  if (env.ADMIN_TOKEN) {
    if (isToken(env.ADMIN_TOKEN)) return;
    throw forbidden(
      `The console is closed, because the secret ADMIN_TOKEN is not \`plimsoll_\` and 43 characters: ${HOW}`,
    );
  }
  if (!isConfigured(env, ctx))
    throw forbidden(
      `The console is closed, because the secret ADMIN_TOKEN is not set: ${HOW}. ` +
        'Or use Cloudflare Access with the variables ACCESS_TEAM and ACCESS_AUD (docs/access.md)',
    );
}

/** The host of the URL. Requests in tests have no Host header. */
function hostOf(request: Request, name: string): string | null {
  return name === 'host' ? new URL(request.url).host : null;
}
