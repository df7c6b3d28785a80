import { paint } from './style.js';

export interface Summary {
  readonly apiUrl: string;
  /** null: the real Instagram. */
  readonly sandboxUrl: string | null;
  readonly database: string;
  readonly queue: string;
  readonly dataDir: string;
  readonly logs: string;
  readonly apiKey: string;
  /** Path of the picture the example publishes, as the reader's shell would find it. */
  readonly picture: string;
  readonly seconds: number;
}

/** What runs where, the key, and the one command that shows it works. */
export function formatSummary(summary: Summary): string {
  const { apiUrl, sandboxUrl } = summary;
  const rows: [string, string][] = [
    ['API', apiUrl],
    ['Docs', `${apiUrl}/docs`],
    sandboxUrl ? ['Sandbox', `${sandboxUrl}  ${paint('dim', 'plays Instagram; the published grid is here')}`] : ['Instagram', 'the real one'],
    ['Database', summary.database],
    ['Queue', summary.queue],
    ['Data', summary.dataDir],
    ['Logs', summary.logs],
    ['API key', paint('yellow', summary.apiKey)],
  ];
  const curl = [
    `curl ${apiUrl}/api/posts -H 'Authorization: Bearer ${summary.apiKey}' \\`,
    `  -F 'profiles[]=instagram' -F 'post[body]=Hello from Heliograph' -F 'media[]=@${summary.picture}'`,
  ];
  return [
    '',
    `  ${paint(['bold', 'green'], 'Heliograph is running')} ${paint('dim', `ready in ${summary.seconds.toFixed(1)} s`)}`,
    '',
    ...rows.map(([name, value]) => `  ${paint('bold', name.padEnd(10))} ${value}`),
    '',
    `  Publish a picture${sandboxUrl ? ' to the sandbox' : ' (connect a profile first)'}:`,
    '',
    ...curl.map((line) => `    ${line}`),
    '',
    `  ${paint('dim', 'Ctrl-C stops everything in order.')}`,
    '',
  ].join('\n');
}
