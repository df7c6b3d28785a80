import { escapeHtml } from './html.js';

/** A profile picture for an account that has none: its initial on a colour of its own. */
export function renderAvatar(seed: string, username: string): string {
  const hue = [...seed].reduce((sum, digit) => (sum * 31 + digit.charCodeAt(0)) % 360, 7);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl(${String(hue)} 70% 58%)"/><stop offset="1" stop-color="hsl(${String((hue + 70) % 360)} 70% 42%)"/></linearGradient></defs><rect width="100" height="100" fill="url(#g)"/><text x="50" y="67" font-family="system-ui,sans-serif" font-size="48" font-weight="600" fill="#fff" text-anchor="middle">${escapeHtml(username.slice(0, 1).toUpperCase())}</text></svg>`;
}
