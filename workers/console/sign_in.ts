import { Html, html } from './html.ts';
import { htmlResponse } from './respond.ts';
import { STYLE } from './style.ts';

/**
 * The script of the form. It sends the token as JSON, which no form of another site can, and keeps nothing. The session is a cookie
 * that scripts cannot read.
 */
const SCRIPT = new Html(`
document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const token = new FormData(event.target).get('token').trim();
  const note = document.querySelector('[role=alert]');
  const response = await fetch('/api/session', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }),
  }).catch(() => undefined);
  if (response?.ok) return location.replace('/');
  const answer = await response?.json().catch(() => undefined);
  note.textContent = answer?.error ?? 'The console does not answer: try again';
  note.hidden = false;
});
`);

/** The form that opens a session, for people who are not signed in. @param headers more headers, such as Set-Cookie */
export function signInPage(headers: Record<string, string> = {}): Response {
  const nonce = crypto.randomUUID();
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Plimsoll: sign in</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<header><h1>Plimsoll</h1></header>
<main>
<form>
<p><label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus></p>
<p><button>Sign in</button></p>
<p class="notice critical" role="alert" hidden></p>
<p class="summary"><code>npm start</code> prints the token of a local console. A deployed one has the secret
<code>ADMIN_TOKEN</code>, and tokens that <code>lb token new</code> makes.</p>
</form>
</main>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>
`.text;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  return htmlResponse(401, body, { 'content-security-policy': policy, ...headers });
}
