import type { HeadInfo } from '../../../../shared/contracts/history.ts';

/** A text that somebody writes, and the version that it began as. */
export interface StoredDraft {
  /** The ETag of that version. */
  base: string;
  text: string;
  /** Why it is published. */
  comment?: string;
}

/** The draft after a change of its text. A text that is the newest version's is no draft: the next one begins from that version. */
export function edited(
  draft: StoredDraft | undefined,
  head: Pick<HeadInfo, 'source' | 'etag'>,
  text: string,
): StoredDraft | undefined {
  if (text === head.source) return undefined;
  const before = draft !== undefined && draft.text !== head.source ? draft : { base: head.etag };
  return { ...before, text };
}

/**
 * The draft after a publication. What somebody wrote while the console worked is a draft of the version that came of it.
 * @param sent the text that was published
 * @param etag of the new version
 */
export function published(
  draft: StoredDraft | undefined,
  sent: string,
  etag: string,
): StoredDraft | undefined {
  return draft === undefined || draft.text === sent ? undefined : { base: etag, text: draft.text };
}

/** Whether somebody else published since a draft began. */
export function isLate(
  draft: StoredDraft | undefined,
  { source, etag }: Pick<HeadInfo, 'source' | 'etag'>,
): boolean {
  return draft !== undefined && draft.text !== source && draft.base !== etag;
}
