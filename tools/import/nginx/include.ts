import { parseNginx, type Statement } from './statement.ts';

/**
 * Reads the files of an `include`.
 * @param pattern a path or a glob, relative to the file on the command line
 * @returns files by name; empty: there are none
 */
export type ReadIncluded = (pattern: string) => readonly { file: string; text: string }[];

/** nginx's own files, which hold nothing about balancing. */
export const STANDARD_FILES = /(^|\/)(mime\.types|fastcgi_params|uwsgi_params|scgi_params|fastcgi\.conf)$/;

/** The statements of a file with those of its includes, which follow the `include`. */
export interface Included {
  block: Statement[];
  /** Includes without a file. */
  missing: Set<Statement>;
}

/**
 * Follows the includes of a file, and those of included files. A file that includes itself is not followed again.
 * @throws CliError if a file is not valid
 */
export function withIncludes(file: string, text: string, read: ReadIncluded): Included {
  const missing = new Set<Statement>();
  const follow = (block: readonly Statement[], stack: readonly string[]): Statement[] =>
    block.flatMap((each): Statement[] => {
      const followed = each.block === undefined ? each : { ...each, block: follow(each.block, stack) };
      const [pattern] = each.args;
      if (each.name !== 'include' || pattern === undefined || STANDARD_FILES.test(pattern)) return [followed];
      const files = read(pattern).filter((found) => !stack.includes(found.file));
      if (files.length === 0 && !/[*?[]/.test(pattern)) missing.add(followed);
      const parts = files.map((found) => follow(parseNginx(found.file, found.text), [...stack, found.file]));
      return [followed, ...parts.flat()];
    });
  return { block: follow(parseNginx(file, text), [file]), missing };
}
