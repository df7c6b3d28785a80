import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { runInContext } from './request-context.js';

const destination = () => {
  const lines: string[] = [];
  return { lines, write: (text: string) => { lines.push(...text.split('\n').filter(Boolean)); } };
};

describe('a log line', () => {
  it('of an answer has the same fields in the same order as any other', () => {
    const out = destination();
    const logger = createLogger({ name: 'test', level: 'info', destination: out });
    const answer = { requestId: 'req-"1"', method: 'GET', route: '/api/posts/:id', status: 200, ms: 12 };
    logger.answered(answer);
    logger.info(answer, 'Request answered');
    const [ours, pinos] = out.lines.map((line) => line.replace(/"time":"[^"]+"/, '"time":""'));
    expect(ours).toBe(pinos);
    expect(out.lines[0]).toMatch(/"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
  });

  it('of an answer is left out where the level is higher', () => {
    const out = destination();
    const logger = createLogger({ name: 'test', level: 'warn', destination: out });
    logger.answered({ requestId: 'req', method: 'GET', route: '/', status: 200, ms: 1 });
    logger.warn({}, 'heard');
    expect(out.lines).toHaveLength(1);
  });

  it('hides values under secret names, two levels deep, and names its request', () => {
    const out = destination();
    const logger = createLogger({ name: 'test', level: 'info', destination: out });
    const planted = ['authorization', 'accessToken', 'access_token', 'apiKey', 'api_key', 'secret', 'password', 'client_secret', 'x-api-key'];
    runInContext({ requestId: 'req_thread' }, () => {
      for (const name of planted) logger.info({ [name]: 'PLANTED', one: { [name]: 'PLANTED', two: { [name]: 'PLANTED' } } }, 'said');
    });
    expect(out.lines).toHaveLength(planted.length);
    for (const line of out.lines) {
      expect(line).not.toContain('PLANTED');
      expect(JSON.parse(line)).toMatchObject({ requestId: 'req_thread', msg: 'said' });
    }
  });
});
