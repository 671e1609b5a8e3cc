import { html } from './html.ts';
import { htmlResponse } from './respond.ts';

/** The page of somebody who is signed in: a frame for the application, whose files are static assets (tools/console/build_app.ts). */
export function appPage(): Response {
  const nonce = crypto.randomUUID();
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Plimsoll</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/app/app.css" nonce="${nonce}">
<script type="module" src="/app/app.js" nonce="${nonce}"></script>
</head>
<body>
<div id="app"><noscript>The page needs JavaScript. <code>lb status</code> and <code>GET /api/status</code> do not.</noscript></div>
</body>
</html>
`.text;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'nonce-${nonce}'`,
    'img-src data:',
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  return htmlResponse(200, body, { 'content-security-policy': policy });
}
