import type { Condition } from './judge.ts';
import { type Book, type Ledger, openBook } from './ledger.ts';

/** Explains the first requests and WebSockets of each condition that was violated. */
export function explainFound(conditions: readonly Condition[], ledger: Ledger, each = 2): string {
  const book = openBook(ledger);
  const ids = conditions.flatMap(({ where }) =>
    where.slice(0, each).map((one) => one.split(/[: ]/, 1)[0] ?? ''),
  );
  return ids.map((id) => explain(id, book)).join('\n\n');
}

/** All entries of the ledger about one request or WebSocket, as lines of text. */
function explain(id: string, book: Book): string {
  const { ledger } = book;
  const time = (at: number) => `${((at - ledger.started_at) / 1_000).toFixed(3)} s`;
  const sent = ledger.sent.find((each) => each.id === id);
  const session = ledger.sessions.find((each) => each.id === id);
  const lines = [`${id}:`];
  if (sent !== undefined) {
    const { kind, status, body, bytes, origin, error, left_at, leaving } = sent;
    const named = [sent.lane, sent.key, sent.cookie].filter((each) => each !== '');
    lines.push(`  ${time(sent.at)} sent: ${[kind, ...named].join(' ')}`);
    if (left_at !== 0) lines.push(`  ${time(left_at)} client left (${leaving?.in})`);
    lines.push(
      `  ${time(sent.ended_at)} ended: status ${status}, body ${body} (${bytes} bytes), origin ${origin || '-'} ${error}`,
    );
  }
  if (session !== undefined) {
    const { origin, frames, echoed, ended_by, error, wrong } = session;
    lines.push(`  ${time(session.at)} opened at ${origin || 'no origin'}`);
    lines.push(
      `  ${time(session.ended_at)} ended by ${ended_by}, ${echoed} of ${frames} frames echoed: ${error} ${wrong}`,
    );
  }
  for (const { at, origin, pid, number, step } of book.executions(id))
    lines.push(`  ${time(at)} ${origin} (request ${number} of process ${pid}): ${step}`);
  for (const point of book.points(id)) {
    const set = Object.entries(point).filter(([, value]) => value !== '' && value !== 0);
    lines.push(`  data point: ${JSON.stringify(Object.fromEntries(set))}`);
  }
  const from = sent?.at ?? session?.ended_at ?? 0;
  const to = sent?.ended_at ?? session?.ended_at ?? 0;
  for (const { kind, target, started_at, ended_at } of ledger.faults)
    if (started_at <= to && ended_at >= from - 2_000)
      lines.push(`  fault: ${kind} at ${target}, ${time(started_at)} to ${time(ended_at)}`);
  return lines.join('\n');
}
