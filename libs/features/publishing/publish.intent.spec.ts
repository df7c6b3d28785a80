import { expect, it } from 'vitest';
import { after, minutes } from '#kernel/clock';
import { intentPatch } from './publish.intent.js';
import { freshState } from './publish-state.fixture.js';

const now = new Date('2026-11-22T12:00:00Z');
const earlier = after(now, -minutes(3));

it.each([
  ['a container', { step: 'waiting' }, 'creating', { step: 'creating' }],
  ['a container at its time', { step: 'waiting', publishAt: earlier, timingSettledAt: null }, 'creating', { step: 'creating', timingSettledAt: now }],
  ['a container ahead of its time', { step: 'waiting', publishAt: after(now, minutes(3)), timingSettledAt: null }, 'creating', { step: 'creating' }],
  ['publishing', { step: 'ready', publishStartedAt: null }, 'publishing', { step: 'publishing', publishStartedAt: now, publishCalledAt: now }],
  ['publishing once more', { step: 'ready', publishStartedAt: earlier }, 'publishing', { step: 'publishing', publishStartedAt: earlier, publishCalledAt: now }],
  ['asking whether it is published', { step: 'publishing', publishAt: earlier, timingSettledAt: null }, 'publishing', { step: 'publishing' }],
  ['a comment', { step: 'comment_due' }, 'commenting', { step: 'commenting', commentCalledAt: now }],
  ['looking for a comment', { step: 'commenting' }, 'commenting', { step: 'commenting' }],
] as const)('before %s it is written what is about to happen', (_, state, step, patch) => {
  expect(intentPatch({ ...freshState, publishAt: null, ...state }, step, now)).toEqual(patch);
});
