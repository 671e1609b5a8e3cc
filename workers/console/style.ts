import { Html } from './html.ts';

/** The style sheet of the pages without the application: sign in, errors, the public status. Contrast is at least 4.5:1 in both colour schemes. */
export const STYLE = new Html(`
:root { color-scheme: light dark; --ink: #1c2126; --soft: #59636e; --line: #d8dee4; --paper: #fff; --panel: #f6f8fa;
  --good: #116329; --fair: #7d4e00; --bad: #b3141f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --soft: #9aa4ae; --line: #30363d; --paper: #0f1317; --panel: #171c21;
    --good: #57c86b; --fair: #e0a72e; --bad: #ff7b72; } }
body { margin: 0 auto; max-width: 80rem; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; }
.summary { color: var(--soft); font-size: .875rem; }
code { font: .875em ui-monospace, monospace; }
.notice { border-left: 4px solid; background: var(--panel); padding: .75rem 1rem; }
table { width: 100%; border-collapse: collapse; margin: .5rem 0 1.5rem; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--soft); font-size: .8rem; font-weight: 500; }
tbody th { font-weight: 500; }
.state { font-weight: 600; }
.healthy { color: var(--good); }
.degraded { color: var(--fair); }
.critical { color: var(--bad); }
`);
