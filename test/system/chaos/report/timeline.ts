import type { Ledger } from '../ledger/ledger.ts';
export function timeline(_: Ledger): string {
  return '';
}
