import { CliError, EXIT } from '../project/cli_error.ts';

/**
 * An address that the operator gave, without slashes at its end.
 * @param what whose address it is, for the message: `a console`
 * @throws CliError unless it begins with http:// or https://
 */
export function webAddress(url: string, what: string, example: string): string {
  if (/^https?:\/\/./.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '');
  throw new CliError(
    `"${url}" is not the address of ${what}; write it with http:// or https://, as in ${example}`,
    EXIT.usage,
  );
}
