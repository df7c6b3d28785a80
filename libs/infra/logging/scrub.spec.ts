import { describe, expect, it } from 'vitest';
import { describeError } from './described-error.js';
import { createLogger } from './logger.js';
import { scrub } from './scrub.js';

describe('scrub', () => {
  it.each<[string, string]>([
    ['key hg_a1b2c3d4_Zk3vX9Tq7mN2pR5sW8yB4cD6fG1hJ0kL.', 'key hg_a1b2c3d4_[redacted].'],
    ['authorization: Bearer abc.def-ghi', 'authorization: Bearer [redacted]'],
    ['GET /me?fields=id&access_token=IGQVJabc&limit=1', 'GET /me?fields=id&access_token=[redacted]&limit=1'],
    ['{"access_token":"abc","id":1}', '{"access_token":"[redacted]","id":1}'],
    ['client_secret = abc', 'client_secret = [redacted]'],
    ['/callback?code=abc&state=def', '/callback?code=[redacted]&state=[redacted]'],
    ['postgresql://heliograph:pa55@db:5432/x', 'postgresql://[redacted]@db:5432/x'],
    ['Malformed access token IGAAabcdefghijklmnopqrstuvwxyz0123', 'Malformed access token IGAA[redacted]'],
    ['Failing row contains (ws_1, a (secret) caption, null).', 'Failing row contains ([redacted]).'],
    ['Key (body)=(a caption) already exists.', 'Key (body)=([redacted]) already exists.'],
    ['connect ECONNREFUSED 127.0.0.1:5432, code=ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432, code=ECONNREFUSED'],
    ['https://example.org/a@b.jpg', 'https://example.org/a@b.jpg'],
  ])('of %j leaves %j', (text, clean) => expect(scrub(text)).toBe(clean));

  it.each(['a'.repeat(200_000), 'hg_'.repeat(60_000), '://'.repeat(60_000), 'access_token='.repeat(15_000), 'Key ('.repeat(40_000)])('is done with a hostile text in no time (%#)', (text) => {
    const begun = process.cpuUsage();
    scrub(text);
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(500);
  });
});

describe('describeError', () => {
  it('says what happened and leaves out what drivers add', () => {
    const cause = Object.assign(new Error('new row violates check'), { detail: 'Failing row contains (ws_1, caption)', constraint: 'planted', code: '23514', config: { headers: { authorization: 'Bearer abcdef' } } });
    const described = describeError(new TypeError('Bearer abcdef', { cause }));
    expect(described).toMatchObject({ type: 'TypeError', message: 'Bearer [redacted]', cause: { message: 'new row violates check', constraint: 'planted', code: '23514' } });
    expect(JSON.stringify(described)).not.toMatch(/caption|abcdef/);
  });

  it('ends with causes that go in circles', () => {
    const first = new Error('first');
    first.cause = new Error('second', { cause: first });
    expect(JSON.stringify(describeError(first)).match(/"type"/g)).toHaveLength(6);
  });
});

describe('createLogger', () => {
  const linesOf = (write: (logger: ReturnType<typeof createLogger>) => void): string => {
    let text = '';
    write(createLogger({ name: 'test', level: 'debug', destination: { write: (line: string) => void (text += line) } }));
    return text;
  };

  it.each(['warn', 'error'] as const)('scrubs fields, errors and sentences of a line of level %s', (level) => {
    const text = linesOf((logger) => logger[level]({ url: 'https://u:pa55word@host/', list: ['Bearer abcdef'], password: 'pa55word', err: new Error('access_token=pa55word') }, 'client_secret=pa55word'));
    expect(text).not.toMatch(/pa55word|abcdef/);
    expect(JSON.parse(text)).toMatchObject({ url: 'https://[redacted]@host/', msg: 'client_secret=[redacted]', err: { type: 'Error' } });
  });
});
