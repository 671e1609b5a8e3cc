/** The part of the console's environment that says who may use it. An empty text counts as absent. */
export interface AccessEnv {
  /** `true` only in the local environment, where Host must name this machine. */
  LOCAL?: string;
  /** Secret: the first token with scope `admin`, `plimsoll_` and 43 characters. A new value ends its sessions. */
  ADMIN_TOKEN?: string;
  /** The issuer of Cloudflare Access: `https://TEAM.cloudflareaccess.com`. */
  ACCESS_TEAM?: string;
  /** The AUD tag of the Access application. Absent: Access lets nobody in. */
  ACCESS_AUD?: string;
  /** E-mail addresses, `sub`s and common names of service tokens with scope `admin`, separated by commas. */
  ACCESS_ADMINS?: string;
  /** Those with scope `operate`. All others of Access have `read`. */
  ACCESS_OPERATORS?: string;
  /** Counts wrong tokens of each client address. Absent: they are not limited. */
  WRONG_TOKENS?: RateLimit;
}

/** The part of the platform's context that says whether Access authenticated the request. */
export type AccessContext = Pick<ExecutionContext, 'access'>;
