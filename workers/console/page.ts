import { type Html, html } from './html.ts';
import { htmlResponse } from './respond.ts';

/** What differs between the pages of the console. */
export interface PageParts {
  /** Default: `Plimsoll`. */
  title?: string;
  /** The end of the head: style sheets and scripts, each with the nonce. */
  head: Html;
  body: Html;
  /** Directives of the content security policy beside the usual ones. */
  policy?: readonly string[];
}

/**
 * Answers with a page. Its policy allows the styles and scripts that carry the nonce, and requests to this host. Nothing else is
 * loaded, sent or framed.
 * @param partsFor the page for a nonce, which is new for each answer
 * @param headers more headers, such as Set-Cookie
 */
export function page(
  status: number,
  partsFor: (nonce: string) => PageParts,
  headers: Record<string, string> = {},
): Response {
  const nonce = crypto.randomUUID();
  const { title = 'Plimsoll', head, body, policy = [] } = partsFor(nonce);
  const text = html`<!doctype html>
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
  const directives = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    ...policy,
  ];
  return htmlResponse(status, text, { 'content-security-policy': directives.join('; '), ...headers });
}
