import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getMetadataStorage } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { Environment } from '#infra/config/environment';
import { errorCatalogue, errorKinds, type ErrorCode } from '#kernel/error-catalogue';
import { projectRoot } from './planted-project.js';

const read = (name: string): string => readFileSync(join(projectRoot, 'docs', name), 'utf8');
const codes = Object.keys(errorCatalogue) as ErrorCode[];

/** `## code` and the text below it. */
function paragraphs(markdown: string): Map<string, string> {
  const parts = markdown.split(/^## /m).slice(1);
  return new Map(parts.map((part) => [part.split('\n')[0]?.trim() ?? '', part]));
}

function errorProblems(markdown: string): string[] {
  const documented = paragraphs(markdown);
  const invented = [...documented.keys()].filter((name) => !Object.hasOwn(errorCatalogue, name)).map((name) => `${name} is no code`);
  const wrong = codes.flatMap((code) => {
    const { status, retryable } = errorKinds[errorCatalogue[code].kind];
    const text = documented.get(code);
    if (text === undefined) return [`${code} is not documented`];
    if (!text.includes(`**HTTP ${status}, ${retryable ? 'retryable' : 'not retryable'}.**`)) return [`${code} is documented with another status`];
    return text.includes('\nWhat to do: ') ? [] : [`${code} does not say what to do`];
  });
  return [...invented, ...wrong];
}

describe('docs/errors.md', () => {
  it('has a paragraph for every error code and for nothing else', () => expect(errorProblems(read('errors.md'))).toEqual([]));

  it('is reported when it lacks a code, has one too many, or says something else', () => {
    const stale = read('errors.md')
      .replace('## not_found', '## gone')
      .replace('**HTTP 503, retryable.**', '**HTTP 503, not retryable.**');
    expect(errorProblems(stale)).toEqual(['gone is no code', 'not_found is not documented', 'service_unavailable is documented with another status']);
  });
});

/** Variables of the tables, with what the default column says. */
function documentedSettings(markdown: string): Map<string, string> {
  const rows = markdown.matchAll(/^\| `([A-Z0-9_]+)` \| (.+?) \| (.+?) \| `(.+?)` \|$/gm);
  return new Map([...rows].map(([, name = '', fallback = '']) => [name, fallback]));
}

function settingProblems(markdown: string): string[] {
  const documented = documentedSettings(markdown);
  const rules = getMetadataStorage().getTargetValidationMetadatas(Environment, '', false, false);
  const known = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const defaults = Object.entries(new Environment()) as [string, string | number | undefined][];
  return [
    ...known.filter((name) => !documented.has(name)).map((name) => `${name} is not documented`),
    ...[...documented.keys()].filter((name) => !known.includes(name)).map((name) => `${name} is no setting`),
    ...defaults
      .filter(([name, value]) => value !== undefined && documented.has(name) && documented.get(name) !== `\`${value}\``)
      .map(([name, value]) => `${name} is ${value} by default and documented as ${documented.get(name)}`),
  ];
}

describe('docs/configuration.md', () => {
  it('has a row for every setting and for nothing else, with its default', () => expect(settingProblems(read('configuration.md'))).toEqual([]));

  it('is reported when it lacks a setting, has one too many, or names another default', () => {
    const stale = read('configuration.md').replace('`REDIS_URL` |', '`CACHE_URL` |').replace('| `3000` |', '| `8080` |');
    expect(settingProblems(stale)).toEqual(['REDIS_URL is not documented', 'CACHE_URL is no setting', 'PORT is 3000 by default and documented as `8080`']);
  });
});
