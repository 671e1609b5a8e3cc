import type { Explainable } from '../../../../shared/contracts/explain.ts';
import { headersIn } from '../../../../shared/http/header_lines.ts';

/** The request that a form describes. @param text gives the trimmed text of a field @throws RangeError for a header without a colon */
export function requestOf(text: (name: string) => string): Explainable {
  const lines = text('headers')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const cookie = text('cookie');
  const headers = headersOf(cookie === '' ? lines : [...lines, `cookie: ${cookie}`]);
  return {
    url: text('url'),
    method: text('method').toUpperCase() || 'GET',
    headers,
    ...(text('client_address') === '' ? {} : { client_address: text('client_address') }),
    ...(text('country') === '' ? {} : { cf: { country: text('country').toUpperCase() } }),
  };
}

function headersOf(lines: readonly string[]): Record<string, string> {
  try {
    return headersIn(lines);
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`A header ${error.message}`) : error;
  }
}
