/** The condition for a failed request, in logical names: a status of 500 or more, or an answer that broke off. */
export const FAILED = "(status >= 500 OR outcome = 'cut_short')";
