import { html } from './html.ts';
import { page } from './page.ts';
import { STYLE } from './style.ts';

/** An error as a page. @param message what went wrong and what to do */
export function errorPage(status: number, message: string, headers: Record<string, string>): Response {
  return page(
    status,
    (nonce) => ({
      title: 'Plimsoll',
      head: html`<style nonce="${nonce}">${STYLE}</style>`,
      body: html`<header><h1>Plimsoll</h1></header>
<main><p class="notice critical" role="alert">${message}</p></main>`,
    }),
    headers,
  );
}
