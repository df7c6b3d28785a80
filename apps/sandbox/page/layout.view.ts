import { createHash } from 'node:crypto';
import { escapeHtml } from './html.js';
import { SCRIPT } from './page.script.js';
import { STYLE } from './page.style.js';

/** Nothing but our own pictures, our own style and this one script may run: captions are other people's text. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "img-src 'self'", "media-src 'self'", "connect-src 'self'", "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

/** @param main the `<main>` element, as the page's script will ask for it again */
export function renderLayout(title: string, main: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="/avatar/0.svg"><style>${STYLE}</style></head>
<body><header class="top"><div><b><a href="/">Instagram sandbox</a></b><span>What was really published. Nothing here left this machine.</span></div></header>
${main}
<script>${SCRIPT}</script></body></html>`;
}
