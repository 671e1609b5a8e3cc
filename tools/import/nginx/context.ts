import type { Notes } from '../output/notes.ts';
import type { Ledger } from '../report/ledger.ts';
import type { PoolBook } from './pool_book.ts';
import type { Statement } from './statement.ts';

/** What all parts of an import of nginx share. */
export interface Context {
  ledger: Ledger;
  notes: Notes;
  book: PoolBook;
  /** `map` blocks by the variable that they set. */
  maps: ReadonlyMap<string, Statement>;
}
