import type { Explainable } from '../../../../shared/contracts/explain.ts';

/** The request that a form describes. @param text gives the trimmed text of a field */
export function requestOf(text: (name: string) => string): Explainable {
  const lines = text('headers')
    .split('\n')
    .filter((line) => line.includes(':'));
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).trim().toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  if (text('cookie') !== '') headers['cookie'] = text('cookie');
  return {
    url: text('url'),
    method: text('method').toUpperCase() || 'GET',
    headers,
    ...(text('client_address') === '' ? {} : { client_address: text('client_address') }),
    ...(text('country') === '' ? {} : { cf: { country: text('country').toUpperCase() } }),
  };
}
