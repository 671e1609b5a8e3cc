import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { AccessContext, AccessEnv } from './access_env.ts';
import { accessScope } from './access_scope.ts';
import type { KeysOf } from './key_sets.ts';
import type { Principal } from './principal.ts';
import { cannotCheck, invalidCredentials } from './refusals.ts';

/** Errors that are the assertion's fault. Any other error means that the keys could not be read. */
const FAULTS = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
] as const;

/** Claims of a person or of a service token. */
interface Claims {
  email?: unknown;
  common_name?: unknown;
  /** `sub` of the assertion, or `user_uuid` of `getIdentity()`. */
  subject?: unknown;
}

/**
 * Whether Access may let somebody in. ACCESS_AUD is required always: a rule for all Workers of an account would otherwise open the
 * console to everybody whom it lets in.
 */
export function isConfigured(env: AccessEnv, ctx: AccessContext): boolean {
  return Boolean(env.ACCESS_AUD) && (ctx.access !== undefined || teamOf(env) !== undefined);
}

/**
 * Recognises somebody whom Cloudflare Access authenticated: by `ctx.access` if the platform set it, otherwise by the assertion of the
 * header `Cf-Access-Jwt-Assertion`. The cookie `CF_Authorization` is not read.
 * https://developers.cloudflare.com/workers/configuration/cloudflare-access/
 * @returns undefined: Access says nothing, or it is not configured
 * @throws {Refusal} 401 if the assertion is not valid; 503 if the keys or the identity cannot be read
 */
export async function accessPrincipal(
  request: Request,
  env: AccessEnv,
  ctx: AccessContext,
  keysOf: KeysOf,
  now_ms: number,
): Promise<Principal | undefined> {
  const { ACCESS_AUD: aud } = env;
  if (!aud) return undefined;
  if (ctx.access !== undefined) {
    if (ctx.access.aud !== aud)
      throw invalidCredentials('Access authenticated for another application than ACCESS_AUD');
    const identity = await identityOf(ctx.access);
    const known =
      identity && named({ ...identity, common_name: identity['common_name'], subject: identity.user_uuid });
    if (known !== undefined) return principalOf(known, env);
  }
  const team = teamOf(env);
  const assertion = request.headers.get('cf-access-jwt-assertion');
  if (team === undefined || assertion === null) return undefined;
  const { sub, ...claims } = await verified(assertion, team, aud, keysOf, now_ms);
  const known = named({ email: claims['email'], common_name: claims['common_name'], subject: sub });
  if (known === undefined)
    throw invalidCredentials('the assertion of Access names neither `email` nor `common_name`');
  return principalOf(known, env);
}

/** @returns undefined: ACCESS_TEAM is missing or no https URL, so no assertion is believed */
function teamOf({ ACCESS_TEAM }: AccessEnv): URL | undefined {
  const url = ACCESS_TEAM ? URL.parse(ACCESS_TEAM) : null;
  return url?.protocol === 'https:' ? url : undefined;
}

async function identityOf(
  access: NonNullable<AccessContext['access']>,
): Promise<CloudflareAccessIdentity | undefined> {
  try {
    return await access.getIdentity();
  } catch (cause) {
    throw cannotCheck('Cloudflare Access does not tell the identity', cause);
  }
}

async function verified(
  assertion: string,
  team: URL,
  audience: string,
  keysOf: KeysOf,
  now_ms: number,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(assertion, keysOf(team), {
      // Access signs with RS256. Naming it refuses `none`, and HS256 with the public key as its secret.
      algorithms: ['RS256'],
      issuer: team.origin,
      audience,
      requiredClaims: ['exp'],
      currentDate: new Date(now_ms),
    });
    return payload;
  } catch (error) {
    if (!FAULTS.some((fault) => error instanceof fault))
      throw cannotCheck('the keys of Cloudflare Access cannot be read', error);
    throw invalidCredentials(`the assertion of Access is not valid (${(error as Error).name})`);
  }
}

/** Who it is. A service token has `common_name`, no e-mail address and an empty `sub`. */
interface Known {
  name: string;
  is_service: boolean;
  subject?: string;
}

function named({ email, common_name, subject }: Claims): Known | undefined {
  const with_subject = isName(subject) ? { subject } : {};
  if (isName(email)) return { name: email, is_service: false, ...with_subject };
  if (isName(common_name)) return { name: common_name, is_service: true };
  return undefined;
}

function isName(claim: unknown): claim is string {
  return typeof claim === 'string' && /^[^\p{C}]{1,320}$/u.test(claim);
}

function principalOf({ name, is_service, subject }: Known, env: AccessEnv): Principal {
  return {
    author: `access ${name}`,
    scope: accessScope(env, subject === undefined ? [name] : [name, subject]),
    by: 'access',
    ...(subject === undefined ? {} : { subject }),
    ...(is_service ? { is_service: true as const } : {}),
  };
}
