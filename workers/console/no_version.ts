import { CODES, Refusal } from './refusal.ts';

/** 404: the history has no such version, or no longer. @param version as it was asked for */
export function noVersion(version: number | string | undefined): Refusal {
  const message = `there is no version ${version}; \`lb config history\` lists those that are kept`;
  return new Refusal(404, [{ code: CODES.not_found, message }]);
}
