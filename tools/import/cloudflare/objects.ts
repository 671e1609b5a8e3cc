import { openAnswers } from '../../../shared/authoring/api_answers.ts';
import { pathText } from '../../../shared/authoring/problem.ts';
import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import { CliError } from '../../project/cli_error.ts';
import { type Fields, isFields } from '../tree/tree.ts';
import { type Found, isState, objectsOfState } from './terraform.ts';

const LISTS: readonly ObjectList[] = ['load_balancers', 'pools', 'monitors', 'monitor_groups'];

/**
 * Finds the load balancing objects of a file: answers of Cloudflare's API in any form that `lb validate` reads, or a state of
 * Terraform.
 * @throws CliError if the file holds none of these, or an answer that is an error
 */
export function objectsOf(file: string, data: unknown): Found[] {
  if (isState(data)) return objectsOfState(data);
  const opened = openAnswers(data);
  const [problem] = opened.problems;
  if (problem !== undefined) throw new CliError(`${file}: ${pathText(problem.path)}: ${problem.message}`);
  const config: Fields = isFields(opened.data) ? opened.data : {};
  if (!LISTS.some((list) => Array.isArray(config[list])))
    throw new CliError(
      `${file} holds no load balancers, pools or monitors; allowed: answers of Cloudflare's API, or a state of Terraform ` +
        '(`terraform state pull`)',
    );
  return LISTS.flatMap((list) => {
    const items: unknown = config[list];
    if (!Array.isArray(items)) return [];
    return items.flatMap((value: unknown, index): Found[] =>
      isFields(value) ? [{ list, value, path: opened.place([list, index]) }] : [],
    );
  });
}
