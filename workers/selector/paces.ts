/** Time after which we look although the gateway holds the same versions, in case that the gateway has no source of its own. */
export const SAME_MS = 300_000;
/** How often the pointer of a strategy script is read again. */
export const SCRIPT_REFRESH_MS = 10_000;
