import { html } from './html.ts';
import { STYLE } from './style.ts';

/** An error as a page. */
export function errorPage(message: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Plimsoll</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Plimsoll</h1></header>
<main><p class="notice critical" role="alert">${message}</p></main>
</body>
</html>
`.text;
}
