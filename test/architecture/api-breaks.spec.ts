import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBreaks, unannounced, type ApiDescription } from './api-breaks.js';
import { projectRoot } from './planted-project.js';

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');
const releasedText = read('docs/openapi.released.json');
const released = JSON.parse(releasedText) as ApiDescription;

describe('docs/openapi.json', () => {
  it('breaks no promise of docs/openapi.released.json that CHANGELOG.md does not take back', () => {
    expect(unannounced(findBreaks(released, JSON.parse(read('docs/openapi.json')) as ApiDescription), read('CHANGELOG.md'))).toEqual([]);
  });
});

/** A copy of the released description with one thing about it changed. */
function changed(change: (document: Any) => void): ApiDescription {
  const copy = JSON.parse(releasedText) as Any;
  change(copy);
  return JSON.parse(JSON.stringify(copy)) as ApiDescription;
}
/** As deep as a test wants to reach. */
interface Any {
  [key: string]: Any;
}
const set = (target: Any | undefined, key: string, value: unknown): void => void Reflect.set(target ?? {}, key, value);
const drop = (target: Any | undefined, key: string): void => void Reflect.deleteProperty(target ?? {}, key);
const schemaOf = (document: Any, name: string): Any | undefined => document['components']?.['schemas']?.[name];
const operation = (document: Any, path: string, method: string): Any | undefined => document['paths']?.[path]?.[method];

describe('findBreaks', () => {
  it.each<[string, (document: Any) => void, string[]]>([
    ['a route that is gone', (d) => drop(d['paths']?.['/api/posts/{id}'], 'delete'), ['deletePost: DELETE /api/posts/{id} is gone']],
    ['an operation with another name', (d) => set(operation(d, '/api/profiles', 'get'), 'operationId', 'allProfiles'), ['listProfiles: GET /api/profiles is called allProfiles now']],
    ['a key where none was needed', (d) => set(operation(d, '/build', 'get'), 'security', [{ bearer: [] }]), ['getBuild: GET /build needs a key now']],
    ['a parameter that is gone', (d) => set(operation(d, '/api/profiles', 'get'), 'parameters', []), ['listProfiles: profile_group_id is not taken any more']],
    ['a new required parameter', (d) => set(operation(d, '/build', 'get'), 'parameters', [{ name: 'full', in: 'query', required: true, schema: {} }]), ['getBuild: full is required now']],
    ['a request property that is gone', (d) => drop(schemaOf(d, 'PostFields')?.['properties'], 'draft'), ['createPost: draft is not taken any more']],
    ['a request property of another type', (d) => set(schemaOf(d, 'PostFields')?.['properties']?.['body'], 'type', 'object'), ['createPost: body takes no string any more']],
    ['a request property that became required', (d) => set(schemaOf(d, 'PostFields'), 'required', ['body']), ['createPost: body is required now']],
    ['a request that may be less', (d) => set(schemaOf(d, 'CreatePost')?.['properties']?.['profiles'], 'maxItems', 1), ['createPost: profiles has a stricter maxItems']],
    ['a form that is not taken', (d) => drop(operation(d, '/api/posts', 'post')?.['requestBody']?.['content'], 'multipart/form-data'), ['createPost: multipart/form-data is not taken any more']],
    ['an answer of another status', (d) => drop(operation(d, '/api/posts', 'post')?.['responses'], '201'), ['createPost: 201 is not answered any more']],
    ['an answer that lost a property', (d) => drop(schemaOf(d, 'Profile')?.['properties'], 'username'), ['listProfiles: username is not in the answer any more', 'getProfile: username is not in the answer any more']],
    ['an answer that may be null', (d) => set(schemaOf(d, 'Build')?.['properties']?.['version'], 'type', ['string', 'null']), ['getBuild: version may be null now']],
    ['an answer that may leave something out', (d) => set(schemaOf(d, 'Health'), 'required', []), ['getHealth: status may be missing from the answer now']],
  ])('reports %s', (_name, change, sentences) => {
    expect(findBreaks(released, changed(change)).map(({ operationId, sentence }) => `${operationId}: ${sentence}`)).toEqual(sentences);
  });

  it.each<[string, (document: Any) => void]>([
    ['a new route', (d) => set(d['paths'], '/api/new', { get: { operationId: 'getNew', responses: {} } })],
    ['a new property that may be left out', (d) => set(schemaOf(d, 'PostFields')?.['properties'], 'title', { type: 'string' })],
    ['a new property of an answer', (d) => set(schemaOf(d, 'Profile')?.['properties'], 'website', { type: 'string' })],
    ['a new failure', (d) => set(operation(d, '/api/profiles', 'get')?.['responses'], '429', {})],
    ['other words', (d) => set(operation(d, '/api/profiles', 'get'), 'summary', 'Accounts')],
    ['a request that may be null', (d) => set(schemaOf(d, 'PostFields')?.['properties']?.['body'], 'type', ['string', 'null'])],
  ])('lets pass %s', (_name, change) => expect(findBreaks(released, changed(change))).toEqual([]));
});

describe('unannounced', () => {
  const breaks = findBreaks(released, changed((d) => drop(schemaOf(d, 'PostFields')?.['properties'], 'draft')));

  it.each([
    ['is named', '# C\n\n## [Unreleased]\n\n### Changed\n\n- **Breaking.** `createPost`: `draft` is gone.\n', 0],
    ['is not called a break', '## [Unreleased]\n- `createPost`: `draft` is gone.\n', 1],
    ['belongs to another operation', '## [Unreleased]\n- **Breaking.** `listPosts`: `draft` is gone.\n', 1],
    ['is named in an older release', '## [Unreleased]\n\n## [1.0.0]\n- **Breaking.** `createPost`: `draft` is gone.\n', 1],
  ])('looks for the entry: a break that %s', (_name, changelog, left) => expect(unannounced(breaks, changelog)).toHaveLength(left));
});
