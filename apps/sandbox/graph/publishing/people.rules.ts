import type { UserTag } from '../../state/entities.js';
import type { CallParams } from '../call.params.js';
import { GraphError, invalidParameter } from '../graph-error.js';
import { MAX_MENTIONS } from './caption.rules.js';
import type { ContainerKind } from './container-kind.rules.js';

const MAX_COLLABORATORS = 3;
/** Instagram's own alphabet for names; a leading `@` is not part of it and answers 2207018 (§1.2). */
const USERNAME = /^[A-Za-z0-9._]{1,30}$/u;

export function readCollaborators(params: CallParams): string[] {
  const names = params.list('collaborators') ?? [];
  if (names.length > MAX_COLLABORATORS) throw new GraphError('100/2207018', `(#100) A post may have ${String(MAX_COLLABORATORS)} collaborators at most`);
  for (const name of names) checkUsername(name);
  return names;
}

/** `[{username,x,y}]`: x and y are 0…1 and required on images, optional in stories, unused on videos (§1.2). */
export function readUserTags(kind: ContainerKind, params: CallParams): UserTag[] {
  const value = params.json('user_tags');
  if (value === null) return [];
  if (!Array.isArray(value)) throw invalidParameter('Param user_tags must be an array');
  if (value.length > MAX_MENTIONS) throw new GraphError('100/2207040');
  const needsPlace = kind === 'image' || kind === 'item_image';
  return value.map((entry: unknown) => readUserTag(entry, needsPlace));
}

function readUserTag(entry: unknown, needsPlace: boolean): UserTag {
  if (typeof entry !== 'object' || entry === null) throw invalidParameter('Param user_tags must hold objects');
  const tag: Record<string, unknown> = { ...entry };
  const username = tag['username'];
  if (typeof username !== 'string') throw invalidParameter('Param user_tags[].username is required');
  checkUsername(username);
  const place = { x: readShare('x', tag['x']), y: readShare('y', tag['y']) };
  if (needsPlace && (place.x === null || place.y === null)) throw invalidParameter('Param user_tags[] needs x and y on images');
  return { username, ...place };
}

function readShare(name: string, value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw invalidParameter(`Param user_tags[].${name} must be a number between 0 and 1`);
}

function checkUsername(name: string): void {
  if (!USERNAME.test(name)) throw new GraphError('100/2207018', `(#100) Invalid user "${name}"`);
}
