import { describe, expect, it } from 'vitest';
import { profileAccessToken, secretContext, storedAnswer } from './encrypted-columns.js';

describe('secretContext', () => {
  it('is another one in another table, column, row or workspace', () => {
    const contexts = [
      secretContext(profileAccessToken, 'ws_a', 'row'),
      secretContext({ ...profileAccessToken, table: storedAnswer.table }, 'ws_a', 'row'),
      secretContext({ ...profileAccessToken, column: storedAnswer.column }, 'ws_a', 'row'),
      secretContext(profileAccessToken, 'ws_b', 'row'),
      secretContext(profileAccessToken, 'ws_a', 'other'),
    ];
    expect(new Set(contexts).size).toBe(contexts.length);
  });
});
