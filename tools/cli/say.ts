import type { Command } from 'commander';

/** `--json` of a command. */
export interface JsonOption {
  json?: boolean;
}

/** Adds `--json`. @param what the JSON is: `the rows`, `the result` */
export function withJson(command: Command, what: string): Command {
  return command.option('--json', `print ${what} as JSON`);
}

/** Prints a result: as JSON with `--json`, else in words. JSON has no colours, and is one value. */
export function say({ json }: JsonOption, value: unknown, text: () => string): void {
  console.log(json === true ? JSON.stringify(value, undefined, 2) : text());
}
