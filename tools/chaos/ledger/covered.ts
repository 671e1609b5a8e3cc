import { hasMark, requestGroups } from './kept_together.ts';
import { type Book, isMirror } from './ledger.ts';
import { isLimited } from './limits.ts';

/** How often something happened that a condition is about. */
export interface Covered {
  what: string;
  times: number;
}

/** In a run with fewer requests, something may be missing by chance. */
const ENOUGH_REQUESTS = 2_000;

/** Counts everything that the conditions are about. */
export function coveredBy(book: Book): Covered[] {
  const { sent, points, executions } = book.ledger;
  const marked = (name: string) => points.filter(({ events }) => hasMark(events, name)).length;
  const left = (where: string) => sent.filter((one) => one.left_at !== 0 && one.leaving?.in === where).length;
  const together = requestGroups(sent).filter(({ requests }) => requests.length > 1);
  const count = (prefix: string) => together.filter(({ name }) => name.startsWith(prefix)).length;
  return [
    { what: 'sessions by cookie with more than one request', times: count('session ') },
    { what: 'requests that stayed on the origin of their session', times: marked('session_kept') },
    { what: 'requests at the stand-in of their session', times: marked('session_away') },
    { what: 'keys with more than one request', times: count('tile ') + count('page ') },
    {
      what: 'requests that a rule answered',
      times: sent.filter(({ kind, body }) => kind === 'closed' && body === 'right').length,
    },
    { what: 'requests that a rule sent to other pools', times: marked('rule:beta') },
    { what: 'requests refused above the limit', times: sent.filter(isLimited).length },
    { what: 'copies at the mirror', times: executions.filter(isCopy).length },
    { what: 'hedged requests', times: marked('hedged') },
    { what: 'clients that left during their upload', times: left('upload') },
    { what: 'clients that left while they waited', times: left('waiting') },
    { what: 'clients that left during their download', times: left('download') },
    {
      what: 'versions of the configuration that served requests',
      times: new Set(points.map(({ config_version }) => config_version)).size,
    },
    { what: 'requests of the last round', times: sent.filter(({ last }) => last).length },
  ];
}

/** Lists what should have happened and did not. Hedges and stand-ins need a fault that not every run has. */
export function uncovered(book: Book): string[] {
  if (book.ledger.sent.length < ENOUGH_REQUESTS) return [];
  const may_miss = ['hedged requests', 'requests at the stand-in of their session'];
  return coveredBy(book)
    .filter(({ what, times }) => times === 0 && !may_miss.includes(what))
    .map(({ what }) => `none: ${what}`);
}

function isCopy({ step, origin }: { step: string; origin: string }): boolean {
  return step === 'executed' && isMirror(origin);
}
