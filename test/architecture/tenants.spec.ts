import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from './planted-project.js';

/**
 * Who looks past the wall between workspaces, and why. Everybody else sees the rows of the call's workspace only. A new entry is a
 * decision: say in the pull request why its question cannot be asked within one workspace.
 */
const beyondTheWall = {
  'libs/features/accounts/accounts-admin.ts': 'the command line serves the installation',
  'libs/features/accounts/api-key-lookup.repository.ts': 'whose key is it? that is what tells the workspace',
  'libs/features/accounts/api-key-usage.repository.ts': 'requests are counted before the call is let in',
  'libs/features/accounts/call-budget-sweep.repository.ts': 'worker: what is old, of everybody',
  'libs/features/accounts/connection-return.repository.ts': 'a person comes back with a state and no key; an account is connected once over all workspaces',
  'libs/features/accounts/installation.repository.ts': 'the first workspace, made by the command line',
  'libs/features/accounts/network-callback.repository.ts': 'a network speaks of an account, whoever has it',
  'libs/features/accounts/network-usage.repository.ts': 'a network speaks of the whole installation, or of an account, whoever has it',
  'libs/features/accounts/subscription.repository.ts': 'worker: what is due, of everybody',
  'libs/features/accounts/token-refresh.repository.ts': 'worker: what is due, of everybody',
  'libs/features/events/endpoints/webhook-sweep.repository.ts': 'worker: what is old, of everybody',
  'libs/features/events/feed/feed-watch.repository.ts': 'who waits for an event is woken by one question for all workspaces',
  'libs/features/events/relay/event-relay.repository.ts': 'worker: what waits, of everybody',
  'libs/features/events/relay/outbox-status.repository.ts': 'readiness: what waits, of everybody',
  'libs/features/events/relay/week.repository.ts': 'worker: a week has the rows of everybody',
  'libs/features/events/replay/replay-work.repository.ts': 'worker: what is due, of everybody',
  'libs/features/events/pump/webhook-pump.repository.ts': 'worker: what is due, of everybody',
  'libs/features/media/uploads/upload-sweep.repository.ts': 'worker: what is old, of everybody; an object may belong to several workspaces',
  'libs/features/publishing/container-sweep.repository.ts': 'worker: what is old, of everybody',
  'libs/features/publishing/database-clock.repository.ts': 'the time is no tenant\'s',
  'libs/features/publishing/heartbeat.repository.ts': 'no tenant\'s',
  'libs/features/publishing/publish-lease.repository.ts': 'worker: what is due, of everybody',
  'libs/features/publishing/publish-standing.repository.ts': 'worker: what a call has to know of its profile, in one statement for all who ask',
  'libs/features/publishing/publishing-status.repository.ts': 'readiness: the latest of everybody',
  'libs/infra/crypto/stored-secrets.repository.ts': 'encryption keys are the installation\'s',
  'libs/infra/database/database.module.ts': 'provides it',
  'libs/infra/database/database.ts': 'is it',
  'libs/infra/writes/trace-sweep.repository.ts': 'worker: what is old, of everybody',
};

function sources(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(name) && !name.includes('generated'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

it('only these look past the wall between workspaces', () => {
  const found = ['libs', 'apps'].flatMap(sources).filter((file) => /\bSystemDatabase\b/.test(readFileSync(join(projectRoot, file), 'utf8')));
  expect(found.sort()).toEqual(Object.keys(beyondTheWall).sort());
});

it('every method of a repository behind the wall names the workspace first', () => {
  const behind = sources('libs/features').filter((file) => file.endsWith('.repository.ts') && !(file in beyondTheWall));
  expect(behind.length).toBeGreaterThan(5);
  const offenders = behind.flatMap((file) => {
    const text = readFileSync(join(projectRoot, file), 'utf8');
    const body = text.slice(text.indexOf('@Injectable()'));
    return [...body.matchAll(/^ {2}(?!private|constructor)(?:async )?(\w+)\(([^)]*)/gm)].filter(([, , parameters]) => !/^\s*workspaceId: string/.test(parameters ?? '')).map(([, name]) => `${file} ${name ?? ''}`);
  });
  expect(offenders).toEqual(excused);
});

/** Keys are found by their public part before their workspace is known; targets carry their workspace with them. */
const excused = [
  'libs/features/accounts/api-key.repository.ts findByPrefix',
  'libs/features/publishing/post.repository.ts create',
  'libs/features/publishing/publish-target.repository.ts begin',
  'libs/features/publishing/publish-target.repository.ts settle',
];
