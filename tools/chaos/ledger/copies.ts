import { kindOf } from '../kinds.ts';
import { hasMark } from './kept_together.ts';
import { type Book, isMirror } from './ledger.ts';

/**
 * Finds errors of the mirror: copies of requests that were refused or whose balancer has no mirror, second copies, copies
 * that are not marked, marked copies at another origin, and answers of the mirror to users.
 */
export function wrongCopies({ ledger, executions, points }: Book): string[] {
  const copied = new Map<string, number>();
  const found: string[] = [];
  for (const { id, step, origin, copy } of ledger.executions) {
    if (step !== 'arrived') continue;
    if (isMirror(origin) !== (copy === true)) found.push(`${id}: at ${origin}, copy: ${copy === true}`);
    if (isMirror(origin)) copied.set(id, (copied.get(id) ?? 0) + 1);
  }
  for (const { id, kind, status, origin } of ledger.sent) {
    const copies = copied.get(id) ?? 0;
    if (isMirror(origin)) found.push(`${id}: answered by the mirror`);
    if (copies > 1) found.push(`${id}: ${copies} copies`);
    if (copies > 0 && (status === 429 || !kindOf(kind).guarded)) found.push(`${id}: must not be copied`);
    const [point] = points(id);
    if (copies > 0 && point !== undefined && !hasMark(point.events, 'mirrored'))
      found.push(`${id}: its data point does not mention the copy`);
    // A request that was answered must also have reached an origin other than the mirror.
    if (copies > 0 && executions(id).every((one) => isMirror(one.origin)) && status === 200)
      found.push(`${id}: only the mirror has seen it`);
  }
  return found;
}
