/** Clock, faults, calls, and every form. */
export const SIDE_STYLE = `
.side{position:sticky;top:54px;max-height:calc(100vh - 54px);overflow-y:auto;padding:20px 2px 32px 26px;border-left:1px solid var(--line);min-height:calc(100vh - 54px);scrollbar-width:thin}
.side>section{padding-bottom:20px}.side>section+section{border-top:1px solid var(--line);padding-top:18px}
.side h2{font-size:13px;font-weight:700;margin-bottom:8px}
.head a{color:var(--accent);font-size:13px}.head{display:flex;justify-content:space-between;align-items:baseline;gap:8px}
.now{font-size:22px;font-weight:600;letter-spacing:-.01em;font-variant-numeric:tabular-nums;line-height:1.25}.now small{font-size:12px;font-weight:400;color:var(--soft);letter-spacing:0}
.buttons{display:grid;grid-template-columns:repeat(4,1fr);gap:6px;margin-top:10px}
button{font:inherit;font-size:13px;font-weight:600;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:8px;padding:7px 10px;min-height:34px;cursor:pointer;white-space:nowrap}
button:hover{border-color:var(--edge)}button:active{background:var(--well)}
.buttons button{padding:7px 4px}
button.main{background:var(--ink);color:var(--bg);border-color:var(--ink)}button.main:hover{opacity:.88}
button.quiet{border:0;background:none;padding:0;min-height:0;color:var(--accent);font-weight:400}
.rows{display:grid;grid-template-columns:minmax(0,1fr);gap:8px}
.path{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.meta{font-size:12px;color:var(--soft);font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.fault{display:flex;gap:10px;justify-content:space-between;align-items:flex-start;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 12px}
.fault .path{font-weight:600}.fault .meta{margin-top:3px}.fault.spent .path{color:var(--soft);font-weight:400}.fault>div{min-width:0}
.fault button{padding:4px 10px;min-height:30px;font-weight:400}
.add{margin-top:10px}.add>summary{cursor:pointer;font-size:13px;font-weight:600;color:var(--accent);padding:4px 0;width:max-content}
form{display:grid;grid-template-columns:1fr 1fr;gap:10px;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px;margin-top:6px}.wide{grid-column:1/-1}
.feed form{max-width:420px}
label{font-size:12px;color:var(--soft);display:grid;gap:3px;align-content:start;min-width:0}
input,select{font:inherit;font-size:14px;color:var(--ink);background:var(--bg);border:1px solid var(--edge);border-radius:7px;padding:6px 8px;min-width:0;width:100%;height:36px}
input::placeholder{color:var(--soft);opacity:1}
.if-error,.if-http,.if-late{display:none}
form:has([value^=error]:checked) .if-error,form:has([value=http]:checked) .if-http,form:has([value=delay]:checked,[value=hang]:checked) .if-late{display:grid}
#calls .rows{gap:0}#calls li{border-top:1px solid var(--line)}#calls li:first-child{border:0}
.call summary{display:grid;grid-template-columns:46px minmax(0,1fr);gap:1px 8px;padding:7px 4px;margin:0 -4px;border-radius:6px;cursor:pointer;list-style:none}
.call summary::-webkit-details-marker{display:none}.call summary:hover{background:var(--well)}
.call summary>.pill{place-self:start}.call summary .meta{grid-column:2}.call .meta .pill{font-size:11px;padding:0 5px}
.call h3{font-size:12px;font-weight:600;color:var(--soft);margin:8px 0 4px}.call[open]{padding-bottom:12px}.call pre{max-height:320px}
@media(max-width:900px){.side{position:static;max-height:none;min-height:0;border:0;padding:18px 0 96px;overflow:visible}.side>section{border:0!important;padding-top:0!important}.side h2{font-size:19px}
.buttons{grid-template-columns:repeat(2,1fr)}button{min-height:44px}.fault button{min-height:40px}input,select{font-size:16px;height:44px}.call summary{padding:10px 4px}}
`;
