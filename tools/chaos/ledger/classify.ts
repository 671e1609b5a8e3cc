import type { Sent } from '../client/protocol.ts';
import type { OriginFault } from '../faults.ts';
import { KINDS } from '../kinds.ts';
import type { Book } from './ledger.ts';
import { isLimited } from './limits.ts';

/** What came of a request, from its user's view. */
export type Class =
  /** A whole and right answer. */
  | 'served'
  /** An answer that was passed on while it came broke off because its origin did. Nobody can take bytes back. */
  | 'cut_mid_stream'
  /** An error, for a request that must not be executed twice: it had to be given up where it stood. */
  | 'not_repeatable'
  /** Its client left before it was answered, or stalled in its upload until it was told so (408). */
  | 'left'
  /** Refused with 429. */
  | 'limited'
  /** Anything else that is not whole and right. */
  | 'failed';

/** What a class rests on, in words that are counted. */
export interface Classified {
  class: Class;
  /** Empty if served, left or limited. */
  cause: string;
}

/** Faults in which an origin breaks off an answer under way. */
const CUTTING: readonly string[] = ['kill', 'pause', 'reset_late', 'half_answers'] satisfies OriginFault[];

/** What the gateway holds a short answer at most (workers/gateway/body/hold.ts). */
const HOLD_MS = 300;
/** After a fault was mended, what it left behind (closed connections, a process that starts) may still be met. */
const AFTERMATH_MS = 1_500;

/** Judges one request. */
export function classify(sent: Sent, book: Book): Classified {
  const { idempotent } = KINDS[sent.kind];
  if (sent.left_at !== 0 || hasStalled(sent)) return { class: 'left', cause: '' };
  if (isLimited(sent)) return { class: 'limited', cause: '' };
  if (sent.body === 'right') return { class: 'served', cause: '' };
  if (sent.body === 'cut' && wasPassedOn(sent, book)) {
    const cut = cutBy(sent, book);
    if (cut !== undefined) return { class: 'cut_mid_stream', cause: `cut mid-stream by its origin (${cut})` };
  }
  const cause = causeOf(sent, book);
  // An error that the gateway or an origin answered: whoever asked knows where they stand.
  if (!idempotent && sent.status >= 500) return { class: 'not_repeatable', cause };
  return { class: 'failed', cause };
}

/**
 * Whether an answer was on its way to its user before its end had come. A short one is held, so that another origin can replace
 * it; but not where the request must not be repeated, and not for longer than {@link HOLD_MS}.
 */
function wasPassedOn({ id, kind }: Sent, book: Book): boolean {
  const { idempotent, streamed } = KINDS[kind];
  if (streamed || !idempotent) return true;
  return book.points(id).some(({ total_ms, first_byte_ms }) => total_ms - first_byte_ms >= HOLD_MS);
}

function hasStalled({ leaving, status }: Sent): boolean {
  return leaving?.in === 'upload' && status === 408;
}

/**
 * The fault that cut an answer, proved by the ledger: it befell the origin that answered while it answered, and that
 * origin never got to the answer's end.
 */
function cutBy({ id, origin, at, ended_at }: Sent, book: Book): string | undefined {
  const steps = book.executions(id).filter((execution) => execution.origin === origin);
  if (steps.some(({ step }) => step === 'answered')) return undefined;
  return book.faultsOf(origin, at, ended_at).find(({ kind }) => CUTTING.includes(kind))?.kind;
}

function causeOf(sent: Sent, book: Book): string {
  const point = book.points(sent.id).at(-1);
  const outcome =
    sent.body === 'wrong' ? 'wrong body' : sent.error !== '' ? sent.error : (point?.outcome ?? '');
  const origin = point?.origin ?? sent.origin;
  return `${sent.status || 'no answer'} ${outcome}: ${explanation(sent, origin, book) ?? 'no fault explains it'}`;
}

/** The fault that explains a failure at an origin; undefined: there is none. */
export function explanation(sent: Sent, origin: string, book: Book): string | undefined {
  const from = sent.at - AFTERMATH_MS;
  const fault = book.faultsOf(origin, from, sent.ended_at)[0] ?? rollingAt(book, from, sent.ended_at);
  return fault?.kind;
}

function rollingAt({ ledger }: Book, from: number, to: number) {
  return ledger.faults.find(
    ({ kind, started_at, ended_at }) => kind === 'rolling_restart' && started_at <= to && ended_at >= from,
  );
}
