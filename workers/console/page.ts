import { type Html, html } from './html.ts';
import { htmlResponse } from './respond.ts';

/** What differs between the pages of the console. */
export interface PageParts {
  title: string;
  /** The end of the head: style sheets and scripts. */
  head: Html;
  body: Html;
}

/** The text of a page. */
export function pageText({ title, head, body }: PageParts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`.text;
}

/**
 * Answers with a page. Its policy allows the styles and scripts that carry the nonce, icons in the page itself, and requests to this
 * host. Nothing else is loaded, sent or framed.
 * @param partsFor the page for a nonce, which is new for each answer
 * @param headers more headers, such as Set-Cookie
 */
export function page(
  status: number,
  partsFor: (nonce: string) => PageParts,
  headers: Record<string, string> = {},
): Response {
  const nonce = crypto.randomUUID();
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
  return htmlResponse(status, pageText(partsFor(nonce)), { 'content-security-policy': policy, ...headers });
}
