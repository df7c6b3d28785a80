import { createHash } from 'node:crypto';
import { escapeHtml } from './html.js';
import { LOGO } from './logo.view.js';
import { SCRIPT } from './page.script.js';
import { STYLE } from './page.style.js';

/** Nothing but our own pictures, this one style and this one script may run: captions, parameters and answers are other people's text. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "img-src 'self'", "media-src 'self'", "connect-src 'self'", `style-src ${hashOf(STYLE)}`, `script-src ${hashOf(SCRIPT)}`,
  "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

const TABS = [['feed', 'Posts'], ['clock', 'Clock'], ['faults', 'Faults'], ['calls', 'Calls']] as const;

/** @param main the `<main>` element, as the page's script will ask for it again */
export function renderLayout(title: string, main: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="/favicon.ico" type="image/svg+xml"><style>${STYLE}</style></head>
<body><a class="skip" href="#calls">Skip to recent calls</a>
<header class="top"><a class="brand" href="/">${LOGO}<b>Instagram sandbox</b></a><span class="tagline">What was really published. Nothing here left this machine.</span><span class="live" role="status">Live</span></header>
${main}
<nav class="tabs" aria-label="Parts of the page">${TABS.map(([id, name]) => `<a href="#${id}">${name}</a>`).join('')}</nav>
<script>${SCRIPT}</script></body></html>`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
