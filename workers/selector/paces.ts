/** After this time we look even if the gateway holds the same versions as we do, in case it has no source of its own. */
export const SAME_MS = 300_000;
/** How often the pointer of a strategy script is read again. */
export const SCRIPT_REFRESH_MS = 10_000;
