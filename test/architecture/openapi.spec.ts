import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from './planted-project.js';

interface Media {
  readonly schema?: { readonly $ref?: string };
  readonly examples?: object;
}
interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly examples?: readonly unknown[] }>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

const committed = join(projectRoot, 'docs/openapi.json');
const text = readFileSync(committed, 'utf8');
const document = JSON.parse(text) as Document;
const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
ajv.addSchema(document, 'api');
const problemsOf = (schema: string, value: unknown): string => (ajv.validate({ $ref: `api#/components/schemas/${schema}` }, value) ? '' : ajv.errorsText());

/** Every body and every answer, by operation and status. */
const contents = Object.values(document.paths).flatMap((methods) =>
  Object.values(methods).flatMap(({ operationId, requestBody, responses }) =>
    [['body', requestBody] as const, ...Object.entries(responses)].flatMap(([place, content]) =>
      Object.values(content?.content ?? {}).flatMap((media) => (media.schema?.$ref === undefined ? [] : [{ name: `${operationId} ${place}`, schema: media.schema.$ref.replace('#/components/schemas/', ''), media }])),
    ),
  ),
);

describe('the examples in docs/openapi.json', () => {
  it('are there for every body and answer', () => {
    expect(contents.length).toBeGreaterThan(50);
    const bare = contents.filter(({ schema, media }) => (schema === 'Error' ? Object.keys(media.examples ?? {}).length === 0 : !document.components.schemas[schema]?.examples));
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  it('match their schemas', () => {
    const ofSchemas = Object.entries(document.components.schemas).flatMap(([name, { examples = [] }]) => examples.map((example) => ({ name, problems: problemsOf(name, example) })));
    const ofErrors = Object.entries(document.components.examples).map(([name, { value }]) => ({ name, problems: problemsOf('Error', value) }));
    expect([...ofSchemas, ...ofErrors].filter(({ problems }) => problems !== '')).toEqual([]);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'heliograph-openapi-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run openapi:lint', () => {
  const lint = (file: string): { status: number | null; codes: Set<string> } => {
    const { status, stdout } = spawnSync(process.execPath, [join(projectRoot, 'node_modules/@stoplight/spectral-cli/dist/index.js'), 'lint', file, '--ruleset', join(projectRoot, '.spectral.yaml'), '--fail-severity', 'hint', '--format', 'json', '--quiet'], { encoding: 'utf8' });
    return { status, codes: new Set((JSON.parse(stdout) as { code: string }[]).map(({ code }) => code)) };
  };

  it('has nothing to say about ours', () => expect(lint(committed)).toEqual({ status: 0, codes: new Set() }));

  it('reports what would make a poor client', () => {
    const planted = join(folder, 'openapi.json');
    const broken = text
      .replace('"operationId": "listPosts"', '"operationId": "Posts_index"')
      .replace('"operationId": "getHealth"', '"operationId": "getBuild"')
      .replaceAll('PostFields', 'post_fields')
      .replace('"description": "Is it well?"', '"x-nothing": ""')
      .replace(/("401": \{[^]*?\$ref": "#\/components\/schemas\/)Error"/, '$1Health"');
    writeFileSync(planted, broken);
    const { status, codes } = lint(planted);
    expect(status).toBe(1);
    expect([...codes]).toEqual(expect.arrayContaining(['operation-id-camel-case', 'operation-operationId-unique', 'schema-name-pascal-case', 'tag-description', 'errors-have-the-error-body']));
  });
});
