import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encryptedColumns } from '#infra/crypto/encrypted-columns';
import { projectRoot } from './planted-project.js';

/** `table.column` of each field whose comment begins with "Encrypted". */
function documentedAsEncrypted(schema: string): string[] {
  return [...schema.matchAll(/^model \w+ \{\n([^]*?)\n\}/gm)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? '';
    return [...body.matchAll(/\/\/\/ Encrypted[^\n]*\n\s*(\w+)([^\n]*)/g)].map(([, field = '', rest = '']) => `${table}.${/@map\("(\w+)"\)/.exec(rest)?.[1] ?? field}`);
  });
}

it('every column that the schema calls encrypted is rotated and checked at start, and no other', () => {
  const folder = join(projectRoot, 'prisma/schema');
  const schema = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  expect(documentedAsEncrypted(schema).sort()).toEqual(encryptedColumns.map(({ table, column }) => `${table}.${column}`).sort());
});

it('finds a column that was forgotten', () => {
  expect(documentedAsEncrypted('model Hook {\n  /// Encrypted.\n  signingSecret String @map("signing_secret")\n  @@map("webhook")\n}')).toEqual(['webhook.signing_secret']);
});
