import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { PlantedProject, projectRoot } from '../architecture/planted-project.js';
import { Platform } from './platform/platform.js';

const compilerOptions = { strict: true, noUncheckedIndexedAccess: true, target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'], types: ['node'], module: 'nodenext', outDir: 'out', rootDir: '.' };

/** What a user would write. It is compiled with the generated types, so each field it names is in docs/openapi.json. */
const program = `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

const [url = '', key = '', picture = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: url, headers: { authorization: \`Bearer \${key}\` } });

async function read(id: string): Promise<components['schemas']['Post']> {
  const { data, error } = await client.GET('/api/posts/{id}', { params: { path: { id } } });
  if (error) throw new Error(\`\${error.code}: \${error.errors.join(', ')}\`);
  return data;
}

async function waitUntilProcessed(id: string): Promise<components['schemas']['Post']> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const post = await read(id);
    if (post.status === 'processed') return post;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('The post was not processed');
}

const { data: made, error } = await client.POST('/api/posts', {
  body: { post: { body: 'From a generated client' }, profiles: ['instagram'], media: [picture], platforms: { instagram: { format: 'post' } } },
});
if (error) throw new Error(error.message);
const post = await waitUntilProcessed(made.id);
const { data: list } = await client.GET('/api/posts', { params: { query: { status: 'published', platforms: ['instagram'], per_page: 5 } } });
const missing = await client.GET('/api/posts/{id}', { params: { path: { id: 'post_nobody' } } });
console.log(JSON.stringify({ permalink: post.platforms[0]?.permalink, listed: list?.data.map(({ id }) => id === made.id), missing: missing.error?.code }));
`;

describe('a TypeScript client generated from docs/openapi.json', () => {
  let project: PlantedProject;
  let platform: Platform;
  let host: LoopbackMediaHost;

  beforeAll(async () => {
    project = PlantedProject.create({});
    const description = JSON.parse(readFileSync(join(projectRoot, 'docs/openapi.json'), 'utf8')) as Parameters<typeof openapiTS>[0];
    project.write('api.d.ts', astToString(await openapiTS(description)));
    project.write('publish.ts', program);
    [platform, host] = await Promise.all([Platform.start(), LoopbackMediaHost.start()]);
  }, 120_000);

  afterAll(async () => {
    project?.remove();
    await platform?.close();
    await host?.stop();
  });

  const compile = (name: string): ReturnType<PlantedProject['run']> => {
    project.write(`tsconfig.${name}.json`, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
    return project.run('typescript/bin/tsc', ['-p', `tsconfig.${name}.json`]);
  };

  it('compiles, publishes a post and reads it back', async () => {
    expect(compile('publish')).toMatchObject({ stdout: '', exitCode: 0 });
    const picture = host.serve('/sea.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
    const { stdout } = await promisify(execFile)(process.execPath, [join(project.root, 'out/publish.js'), platform.api.url, platform.api.key, picture], { timeout: 60_000 });
    const [media] = (await platform.ledger()).media;
    expect(JSON.parse(stdout)).toEqual({ permalink: media?.permalink, listed: [true], missing: 'not_found' });
    expect(media?.caption).toBe('From a generated client');
  }, 90_000);

  it('does not compile with what the description does not allow', () => {
    const calls = ["{ post: { body: 1 }, profiles: ['instagram'] }", '{ post: {} }'].map((body) => `await client.POST('/api/posts', { body: ${body} });`);
    project.write('wrong.ts', ["import createClient from 'openapi-fetch';", "import type { paths } from './api.js';", 'const client = createClient<paths>({});', ...calls].join('\n'));
    const { exitCode, stdout } = compile('wrong');
    expect(exitCode).not.toBe(0);
    expect(stdout).toContain("Type 'number' is not assignable to type 'string'");
    expect(stdout).toContain("Property 'profiles' is missing");
  }, 90_000);
});
