import { FEED_STYLE } from './feed.style.js';
import { SIDE_STYLE } from './side.style.js';

/** Colours by meaning, for light and dark; each text colour has at least 4.5:1 on what it stands on. */
const COLOURS = `
:root{color-scheme:light dark;--bg:#f7f7f8;--card:#fff;--ink:#17171b;--soft:#5f5f69;--line:#e1e1e6;--edge:#8b8b95;--accent:#0a58ca;--well:#f0f0f3;
--good:#0f6a2c;--good-bg:#dcf5e3;--warn:#7a4b00;--warn-bg:#fdeec5;--bad:#a5122a;--bad-bg:#fde3e4;--odd:#5a2bb5;--odd-bg:#ebe3fd;
--ring:linear-gradient(45deg,#feda75,#fa7e1e 25%,#d62976 55%,#962fbf 80%,#4f5bd5)}
@media(prefers-color-scheme:dark){:root{--bg:#0e0e11;--card:#18181c;--ink:#f2f2f5;--soft:#a3a3ae;--line:#2a2a31;--edge:#6d6d78;--accent:#7ab5ff;--well:#0a0a0c;
--good:#5dd283;--good-bg:#12291b;--warn:#e8b950;--warn-bg:#2d2311;--bad:#ff9a9d;--bad-bg:#361719;--odd:#cbabff;--odd-bg:#261b3d}}
`;

/** One column on a phone, where a bar of tabs shows one part at a time (`:target`, no script); two columns from 900 pixels. */
const FRAME = `
*{box-sizing:border-box}
html{scroll-padding-top:68px;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
a{color:inherit;text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
h2,h3,p,dl,dd,ul,ol,pre{margin:0}ul,ol{padding:0;list-style:none}
.soft{color:var(--soft);font-size:13px}
.skip{position:absolute;left:-999px;top:0;z-index:5;background:var(--card);padding:12px 16px}.skip:focus{left:8px}
.top{position:sticky;top:0;z-index:3;height:54px;padding:0 24px;display:flex;align-items:center;gap:16px;background:var(--card);border-bottom:1px solid var(--line)}
.brand{display:flex;gap:10px;align-items:center;font-size:16px;white-space:nowrap}.brand b{letter-spacing:-.01em}.tagline{color:var(--soft);font-size:13px;flex:1}
.live{margin-left:auto;font-size:12px;font-weight:600;color:var(--good);display:flex;gap:6px;align-items:center}
.live::before{content:"";width:8px;height:8px;border-radius:50%;background:currentColor}.live.off{color:var(--bad)}
main{max-width:1560px;margin:auto;padding:0 24px;display:grid;grid-template-columns:minmax(0,1fr) minmax(330px,27vw);gap:32px;align-items:start}
.feed{padding:8px 0 64px;min-width:0}
.tabs{display:none}
.pill{display:inline-block;padding:1px 7px;border-radius:6px;font-size:12px;font-weight:600;line-height:1.5;white-space:nowrap}
.pill.good{color:var(--good);background:var(--good-bg)}.pill.warn{color:var(--warn);background:var(--warn-bg)}
.pill.bad{color:var(--bad);background:var(--bad-bg)}.pill.odd{color:var(--odd);background:var(--odd-bg)}.pill.plain{color:var(--soft);background:var(--well)}
pre{overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--well);border-radius:8px;padding:10px 12px;font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.error{color:var(--bad);font-size:13px}.error:empty{display:none}
@media(max-width:900px){main{display:block;padding:0 12px}.top{padding:0 12px}.tagline{display:none}.feed{padding-bottom:88px}
.tabs{position:fixed;inset:auto 0 0;z-index:3;display:grid;grid-template-columns:repeat(4,1fr);background:var(--card);border-top:1px solid var(--line);padding-bottom:env(safe-area-inset-bottom)}
.tabs a:hover{text-decoration:none}a,summary,button{-webkit-tap-highlight-color:transparent}.tabs a{padding:15px 4px;text-align:center;font-size:13px;font-weight:600;color:var(--soft);box-shadow:inset 0 2px 0 transparent}
.tabs a[aria-current=true]{color:var(--ink);box-shadow:inset 0 2px 0 var(--ink)}
body:has(.fault:not(.spent)) .tabs [href="#faults"]::after{content:"";display:inline-block;width:7px;height:7px;margin-left:5px;border-radius:50%;background:var(--bad);vertical-align:1px}
.side>section:not(:target),main:has(.side>:target) .feed{display:none}}
@media(max-width:420px){.skip{max-width:90vw}}
`;

/** The whole look: system fonts, no picture but the accounts' own. */
export const STYLE = COLOURS + FRAME + FEED_STYLE + SIDE_STYLE;
