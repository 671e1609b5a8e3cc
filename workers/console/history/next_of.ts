import type { Source } from '../../../shared/authoring/source/source.ts';
import {
  type Context,
  change,
  create,
  mergeAll,
  type Next,
  operate,
  remove,
} from '../configuration/apply.ts';
import { takeFile } from '../configuration/take_file.ts';
import type { Command } from '../rpc.ts';

/**
 * The configuration that a command makes.
 * @param textOf gives the source of a version, for a roll back
 * @throws {Refusal} 400, 404, 409 or 412
 */
export function nextOf(
  command: Command,
  source: Source,
  context: Context,
  textOf: (version: number) => string,
): Next {
  switch (command.do) {
    case 'create':
      return create(source, command.list, command.body, context);
    case 'replace':
    case 'merge':
      return change(source, command.list, command.id, command.body, command.do, context);
    case 'remove':
      return remove(source, command.list, command.id, context.ids);
    case 'merge_all':
      return mergeAll(source, command.list, command.body, context);
    case 'source':
      return takeFile(command.source, { ...context, before: source });
    case 'rollback':
      // Whoever rolls back does not look at the file, so its warnings say nothing.
      return { ...takeFile(textOf(command.version), { ...context, before: source }), notes: [] };
    case 'operate':
      return operate(source, command.changes, context);
  }
}
