import { canonicalHost } from '../../http/host.ts';
import { type DraftConfig, present } from '../draft.ts';
import { error, type Problem, shown } from '../problem.ts';

/** Hosts of load balancers that no request can name. */
export function* hosts(config: DraftConfig): Generator<Problem> {
  for (const [index, { name }] of present(config.load_balancers))
    if (name !== undefined && !/^[\x20-\x7e]*$/.test(canonicalHost(name)))
      yield error(
        ['load_balancers', index, 'name'],
        `got ${shown(name)}, which Punycode cannot express, so no request can name it; correct it`,
      );
}
