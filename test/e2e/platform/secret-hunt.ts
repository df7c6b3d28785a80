import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

/** Every table of every schema of ours, as text: what somebody with a dump of the database could read. */
export async function dumpDatabase(url: string): Promise<string> {
  const sql = new Client({ connectionString: url });
  await sql.connect();
  try {
    const tables = await sql.query<{ name: string }>(
      "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
    );
    const parts: string[] = [];
    for (const { name } of tables.rows) {
      const rows = await sql.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      parts.push(...rows.rows.map(({ row }) => `${name} ${row}`));
    }
    return parts.join('\n');
  } finally {
    await sql.end();
  }
}

/** All files below a folder but media, as one text; names are in it. */
export function readFolder(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('media') && statSync(join(folder, name)).isFile())
    .map((name) => `${name}\n${readFileSync(join(folder, name), 'latin1')}`)
    .join('\n');
}

/** Each secret also as it stands in addresses, JSON and base64. @returns `name in "…text around it…"` for each that is found */
export function findSecrets(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    if (secret.length < 8) throw new Error(`${name} is too short to be looked for`);
    const forms = new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64').replace(/=+$/, '')]);
    const at = [...forms].map((form) => text.indexOf(form)).find((index) => index >= 0);
    return at === undefined ? [] : [`${name} in "…${text.slice(Math.max(0, at - 200), at + 60)}…"`];
  });
}
