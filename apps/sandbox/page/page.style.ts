/** The whole look: system fonts, light and dark, two columns on a phone. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fafafa;--card:#fff;--ink:#151515;--soft:#6b6b6b;--line:#e4e4e4;--accent:#0064d1;
--ring:linear-gradient(45deg,#feda75,#fa7e1e 25%,#d62976 55%,#962fbf 80%,#4f5bd5)}
@media(prefers-color-scheme:dark){:root{--bg:#0e0e10;--card:#18181b;--ink:#f3f3f3;--soft:#a2a2a8;--line:#2b2b30;--accent:#6cb2ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
a{color:inherit;text-decoration:none}a:hover{text-decoration:underline}
.top{position:sticky;top:0;z-index:2;background:var(--card);border-bottom:1px solid var(--line)}
.top div{max-width:1000px;margin:auto;padding:12px 16px;display:flex;gap:10px;align-items:baseline}
.top b{font-size:17px}.top span{color:var(--soft);font-size:13px}
main{max-width:1000px;margin:auto;padding:8px 16px 64px}
.account{padding:24px 0 8px;border-bottom:1px solid var(--line)}.account:last-child{border:0}
.profile{display:flex;gap:16px;align-items:center;margin-bottom:16px}
.profile h2{margin:0;font-size:20px}.profile p{margin:2px 0 0;color:var(--soft);font-size:14px}.profile strong{color:var(--ink)}
.face{flex:none;width:72px;height:72px;padding:3px;border-radius:50%;background:var(--line)}
.face.has-stories{background:var(--ring)}
.face img{display:block;width:100%;height:100%;border-radius:50%;border:3px solid var(--bg)}
.stories{display:flex;gap:12px;overflow-x:auto;padding:2px 2px 14px;scrollbar-width:thin}
.story{flex:none;width:92px;font-size:12px;color:var(--soft);text-align:center}
.story .frame{display:block;aspect-ratio:9/16;border-radius:14px;padding:2px;background:var(--ring);margin-bottom:4px}
.story .frame>*{width:100%;height:100%;object-fit:cover;border-radius:12px;border:2px solid var(--bg);background:#000;display:block}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:16px;padding-bottom:20px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden;display:flex;flex-direction:column;animation:arrive .35s ease-out}
@keyframes arrive{from{opacity:0;transform:translateY(6px)}}
.shot{position:relative;display:block;aspect-ratio:4/5;background:#000}
.shot img,.shot video{position:absolute;inset:0;width:100%;height:100%;object-fit:cover;display:block}
.badge{position:absolute;top:8px;right:8px;background:rgba(0,0,0,.62);color:#fff;font-size:12px;font-weight:600;padding:3px 9px;border-radius:99px}
.text{padding:10px 12px 12px;display:flex;flex-direction:column;gap:6px;flex:1}
.caption{margin:0;overflow-wrap:anywhere;white-space:pre-line;display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical;overflow:hidden}
.facts{margin:auto 0 0;color:var(--soft);font-size:12px;overflow-wrap:anywhere}.facts a{color:var(--accent)}
.empty{color:var(--soft);padding:16px 0 24px}.empty pre{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px;color:var(--ink)}
.post{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:20px;padding-top:20px}
.reelstrip{display:flex;overflow-x:auto;scroll-snap-type:x mandatory;border-radius:12px;background:#000;align-items:center}
.reelstrip>*{flex:0 0 100%;scroll-snap-align:center;width:100%;max-height:80vh;object-fit:contain}
.post .caption{-webkit-line-clamp:unset}
.comments{list-style:none;margin:12px 0 0;padding:12px 0 0;border-top:1px solid var(--line)}.comments li{margin-bottom:10px;overflow-wrap:anywhere}
.comments .reply{margin-left:24px}
@media(max-width:640px){main{padding:0 10px 48px}.grid{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}.card{border-radius:8px}
.text{padding:8px}.caption{font-size:14px}.post{grid-template-columns:1fr}.top span{display:none}.profile h2{font-size:18px}.minor{display:none}}
@media(prefers-reduced-motion:reduce){.card{animation:none}}
`;
