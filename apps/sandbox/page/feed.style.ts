/** Accounts, posts, comments. */
export const FEED_STYLE = `
.account{padding:24px 0 12px}.account+.account{border-top:1px solid var(--line)}
.profile{display:flex;gap:18px;align-items:center;margin-bottom:18px}
.profile h2{font-size:19px;line-height:1.3;letter-spacing:-.01em;overflow-wrap:anywhere}.profile .name,.profile h2+p{color:var(--soft);font-size:14px}
.profile .pill{vertical-align:3px;letter-spacing:0}
.profile dl{display:flex;flex-wrap:wrap;gap:2px 18px;margin-top:5px;font-size:13px}.profile dl div{display:flex;gap:5px;flex-direction:row-reverse;justify-content:flex-end;align-items:center}
.profile dt{color:var(--soft)}.profile dd{font-weight:600;display:flex;gap:7px;align-items:center;font-variant-numeric:tabular-nums}.profile .id{font-weight:400;user-select:all;-webkit-user-select:all}
.profile dl div:last-child{flex-direction:row}
meter{width:52px;height:10px}
.face{flex:none;width:76px;height:76px;padding:3px;border-radius:50%;background:var(--line)}.face.has-stories{background:var(--ring)}.face.small{width:48px;height:48px;padding:2px}
.face img{display:block;width:100%;height:100%;border-radius:50%;border:3px solid var(--bg)}
.stories{display:flex;gap:12px;overflow-x:auto;padding:2px 2px 16px;scrollbar-width:thin}
.story{flex:none;width:84px;font-size:12px;color:var(--soft);text-align:center}
.story .frame{display:block;aspect-ratio:9/16;border-radius:14px;padding:2px;background:var(--ring);margin-bottom:5px}
.story .frame>*{width:100%;height:100%;object-fit:cover;border-radius:12px;border:2px solid var(--bg);background:#000;display:block}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:16px;padding-bottom:16px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden;display:flex;flex-direction:column;animation:arrive .35s ease-out}
@keyframes arrive{from{opacity:0;transform:translateY(6px)}}
.shot{position:relative;display:block;aspect-ratio:4/5;background:#000}.shot:focus-visible{outline-offset:-3px}
.shot img,.shot video{position:absolute;inset:0;width:100%;height:100%;object-fit:cover;display:block}
.badge{position:absolute;top:8px;right:8px;display:flex;gap:6px;align-items:center;background:rgba(0,0,0,.68);color:#fff;font-size:12px;font-weight:600;padding:3px 9px;border-radius:99px}
.badge::before{content:"";width:9px;height:10px}.badge.reel::before{background:#fff;clip-path:polygon(0 0,100% 50%,0 100%)}
.badge.album::before{width:9px;height:9px;border:1.5px solid #fff;border-radius:2px;box-shadow:2.5px -2.5px 0 -1px #fff;margin-right:2px}
.text{padding:10px 12px 12px;display:flex;flex-direction:column;gap:6px;flex:1}
.caption{overflow-wrap:anywhere;white-space:pre-line;display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical;overflow:hidden;font-size:14px}
.card .facts{margin:auto 0 0;display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 8px;color:var(--soft);font-size:12px}
.empty{color:var(--soft);padding:8px 0 16px}.empty h2{color:var(--ink);font-size:19px;margin-top:16px}.empty pre{margin-top:10px;color:var(--ink)}
.more,.back{font-size:14px;padding:4px 0 12px}.back{padding:16px 0 0}.more a,.back a,.soft a{color:var(--accent)}
.post{display:grid;grid-template-columns:minmax(0,3fr) minmax(260px,2fr);gap:24px;padding-top:14px}
.reelstrip{display:flex;overflow-x:auto;scroll-snap-type:x mandatory;border-radius:12px;background:#000;align-items:center}
.reelstrip{gap:6px}.reelstrip>*{flex:none;scroll-snap-align:center;width:100%;height:auto;max-height:80vh;object-fit:contain}
.reelstrip>:not(:only-child){width:92%}
.post .caption{display:block;font-size:15px}
.post .profile{gap:12px;margin-bottom:12px}
dl.facts{margin-top:14px;padding-top:12px;border-top:1px solid var(--line);font-size:12px;display:grid;gap:3px}
dl.facts div{display:grid;grid-template-columns:72px minmax(0,1fr)}dl.facts dt{color:var(--soft)}dl.facts dd{overflow-wrap:anywhere}
.talk{margin-top:14px;padding-top:12px;border-top:1px solid var(--line)}.talk h3{font-size:13px;color:var(--soft);font-weight:600;margin-bottom:10px}
.note{background:var(--well);border-radius:8px;padding:8px 12px;font-size:13px;color:var(--soft);margin-bottom:10px}
.comments li{margin-bottom:10px;overflow-wrap:anywhere;font-size:14px}.comments .reply{margin-left:22px;padding-left:10px;border-left:2px solid var(--line)}
.comments .hidden,.comments .hidden b{color:var(--soft)}.comments time{color:var(--soft);font-size:12px;margin-left:4px;white-space:nowrap}
@media(max-width:1180px){.post{grid-template-columns:1fr}}
@media(max-width:900px){.grid{grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px}.profile{gap:14px;align-items:flex-start}.profile dl{gap:2px 14px}.face{width:64px;height:64px}.text{padding:8px 10px 10px}}
@media(prefers-reduced-motion:reduce){.card{animation:none}}
`;
