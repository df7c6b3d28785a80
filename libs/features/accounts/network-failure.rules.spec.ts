import { describe, expect, it } from 'vitest';
import { NetworkError, type NetworkErrorClass } from '#networks/port/network-error';
import { networkFailure } from './network-failure.rules.js';

const facts = { code: 100, subcode: 33, message: 'Not like this', httpStatus: 400, traceId: 'Abc', remedy: 'Change it' };

describe('a failure of the network', () => {
  it.each<[NetworkErrorClass, boolean, number, string, boolean]>([
    ['retry_later', false, 502, 'network_failed', true],
    ['rate_limited', false, 502, 'network_failed', true],
    ['needs_user', false, 502, 'network_failed', true],
    ['outcome_unknown', false, 502, 'network_failed', true],
    ['rejected', false, 422, 'network_refused', false],
    ['retry_later', true, 504, 'network_timeout', true],
  ])('of class %s (in time: not %s) is a %i', (errorClass, isTimeout, status, code, retryable) => {
    const error = networkFailure(new NetworkError(errorClass, { ...facts, ...(isTimeout && { isTimeout }) }));
    expect(error).toMatchObject({ status, code, retryable, message: 'Not like this' });
    expect(error.details).toEqual({ code: 100, subcode: 33, message: 'Not like this', fbtrace_id: 'Abc', remedy: 'Change it' });
  });
});
