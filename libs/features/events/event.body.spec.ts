import { expect, it } from 'vitest';
import { eventBody } from './event.body.js';

it('is the same text for the same row, whatever its number was read as', () => {
  const row = { workspaceId: 'ws_1', id: 'evt_1', profileGroupId: null, type: 'post.created', data: { id: 'post_1', body: 'ü' }, createdAt: new Date('2026-12-01T12:00:00.123Z'), seq: 7n };
  expect(eventBody(row)).toBe('{"id":"evt_1","object":"event","type":"post.created","created_at":"2026-12-01T12:00:00.123Z","seq":7,"workspace_id":"ws_1","profile_group_id":null,"data":{"id":"post_1","body":"ü"}}');
  expect(eventBody({ ...row, seq: 7 })).toBe(eventBody(row));
});
