import type { Sent } from '../client/protocol.ts';
import type { OriginFault } from '../faults.ts';
import { KINDS } from '../kinds.ts';
import type { Book } from './ledger.ts';
import { isLimited } from './limits.ts';

/** The result of a request, as its user sees it. */
export type Class =
  /** The answer was complete and correct. */
  | 'served'
  /** The origin broke off a streamed answer. The gateway cannot take back the bytes that it passed on. */
  | 'cut_mid_stream'
  /** An error for a request that must not be executed twice, so that the gateway could not retry it. */
  | 'not_repeatable'
  /** The client left before the answer, or stalled in its upload until the gateway answered 408. */
  | 'left'
  /** Refused with 429. */
  | 'limited'
  /** Any other answer that is not complete and correct. */
  | 'failed';

/** The class of a request. */
export interface Classified {
  class: Class;
  /** The error and the fault behind it, by which errors are counted. Empty for `served`, `left` and `limited`. */
  cause: string;
}

/** Faults in which an origin breaks off an answer. */
const CUTTING: readonly string[] = ['kill', 'pause', 'reset_late', 'half_answers'] satisfies OriginFault[];

/** Longest time for which the gateway holds a short answer (workers/gateway/body/hold.ts). */
const HOLD_MS = 300;
/** Time after a fault in which requests may still meet its aftermath: closed connections, a process that starts. */
const AFTERMATH_MS = 1_500;

/** Classifies one request. */
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
  // The gateway or an origin answered with an error, so the client knows that it has to decide about a retry.
  if (!idempotent && sent.status >= 500) return { class: 'not_repeatable', cause };
  return { class: 'failed', cause };
}

/**
 * Whether the gateway passed an answer on before its end had come. It holds a short answer, so that another origin can
 * replace it, unless the request must not be repeated. It holds it for at most {@link HOLD_MS}.
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
 * The fault that cut an answer. The ledger has to prove it: the fault hit the answering origin while it answered, and the
 * origin never logged the end of the answer.
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

/** The fault that explains a failure at an origin; undefined if there is none. */
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
