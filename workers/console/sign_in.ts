import { Html, html } from './html.ts';
import { page } from './page.ts';
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
  // The same view, as before the session ended, or as a link says.
  if (response?.ok) return location.reload();
  const answer = await response?.json().catch(() => undefined);
  note.textContent = answer?.error ?? 'The console does not answer: try again';
  note.hidden = false;
});
`);

/** The form that opens a session, for people who are not signed in. @param headers more headers, such as Set-Cookie */
export function signInPage(headers: Record<string, string> = {}): Response {
  return page(
    401,
    (nonce) => ({
      title: 'Plimsoll: sign in',
      head: html`<style nonce="${nonce}">${STYLE}</style>`,
      body: html`<header><h1>Plimsoll</h1></header>
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
<script nonce="${nonce}">${SCRIPT}</script>`,
    }),
    headers,
  );
}
