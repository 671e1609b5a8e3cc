import { html } from './html.ts';
import { page } from './page.ts';

/** The page of somebody who is signed in: a frame for the application, whose files are static assets (tools/console/build_app.ts). */
export function appPage(): Response {
  return page(200, (nonce) => ({
    title: 'Plimsoll',
    head: html`<link rel="icon" href="data:,">
<link rel="stylesheet" href="/app/app.css" nonce="${nonce}">
<script type="module" src="/app/app.js" nonce="${nonce}"></script>`,
    body: html`<div id="app"><noscript>The page needs JavaScript. <code>lb status</code> and <code>GET /api/status</code> do not.</noscript></div>`,
  }));
}
