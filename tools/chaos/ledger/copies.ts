import { kindOf } from '../kinds.ts';
import { hasMark } from './kept_together.ts';
import { type Book, isMirror } from './ledger.ts';

/**
 * Finds what a mirror must not do: copies of requests that were refused or are of a balancer without a mirror, a second
 * copy, a copy that does not say that it is one, a copy at another origin, and answers of the mirror to users.
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
      found.push(`${id}: a copy that its data point does not tell of`);
    // Its own origin has to have seen it first, if it was sent anywhere.
    if (copies > 0 && executions(id).every((one) => isMirror(one.origin)) && status === 200)
      found.push(`${id}: nobody but the mirror has seen it`);
  }
  return found;
}
