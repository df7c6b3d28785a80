/** The look of the sandbox's page, for one card: system fonts, light and dark, one column on a phone. */
export const AUTHORIZE_STYLE = `
:root{color-scheme:light dark;--bg:#fafafa;--card:#fff;--ink:#151515;--soft:#6b6b6b;--line:#e4e4e4;--accent:#0064d1;--press:#fff}
@media(prefers-color-scheme:dark){:root{--bg:#0e0e10;--card:#18181b;--ink:#f3f3f3;--soft:#a2a2a8;--line:#2b2b30;--accent:#6cb2ff;--press:#0e0e10}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header{background:var(--card);border-bottom:1px solid var(--line)}
header div{max-width:460px;margin:auto;padding:12px 16px;display:flex;gap:10px;align-items:baseline}
header b{font-size:17px;white-space:nowrap}header span{color:var(--soft);font-size:13px}
main{max-width:460px;margin:24px auto 48px;padding:20px;background:var(--card);border:1px solid var(--line);border-radius:12px}
h1{margin:0 0 6px;font-size:20px;line-height:1.3;overflow-wrap:anywhere}
p{margin:0 0 12px;overflow-wrap:anywhere}.soft{color:var(--soft);font-size:13px}
fieldset{margin:18px 0 0;padding:0;border:0;min-width:0}
legend{padding:0 0 6px;font-weight:600}
.choices{border:1px solid var(--line);border-radius:10px}.accounts{max-height:46vh;overflow-y:auto}
label{display:flex;gap:12px;align-items:center;padding:10px 12px;min-height:48px;cursor:pointer}
label+label{border-top:1px solid var(--line)}
label:has(:focus-visible){outline:2px solid var(--accent);outline-offset:-2px;border-radius:10px}
label img{flex:none;width:36px;height:36px;border-radius:50%}
label span{flex:1;min-width:0;overflow-wrap:anywhere}
label small{display:block;color:var(--soft);font-size:12px}
input{flex:none;width:18px;height:18px;margin:0;accent-color:var(--accent)}
.actions{display:flex;gap:10px;margin-top:20px}
button{flex:1;min-height:46px;padding:0 16px;border-radius:10px;border:1px solid var(--line);background:transparent;color:var(--ink);font:inherit;font-weight:600;cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--press)}
button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
pre{margin:0 0 12px;overflow-x:auto;background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:12px;font-size:13px}
@media(max-width:500px){header span{display:none}main{margin:0;border-width:0 0 1px;border-radius:0;padding:18px 16px}}
`;
