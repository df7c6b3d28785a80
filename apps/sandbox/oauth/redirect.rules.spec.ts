import { describe, expect, it } from 'vitest';
import { approvedAddress, deniedAddress } from './redirect.rules.js';

const at = (redirectUri: string, state: string | null = null, login: 'instagram' | 'facebook' = 'instagram') => ({ redirectUri, state, login });

describe('the way back to the app (§8.1)', () => {
  it.each([
    ['a plain address', at('https://app.example/cb'), 'https://app.example/cb?code=AQ1#_'],
    ['with state', at('https://app.example/cb', 'a b&c'), 'https://app.example/cb?code=AQ1&state=a+b%26c#_'],
    ['an address with a query', at('https://app.example/cb?tenant=%7E7', 's'), 'https://app.example/cb?tenant=%7E7&code=AQ1&state=s#_'],
    ['an address with an empty query', at('https://app.example/cb?'), 'https://app.example/cb?code=AQ1#_'],
    ['Facebook Login', at('https://app.example/cb', null, 'facebook'), 'https://app.example/cb?code=AQ1#_=_'],
  ])('%s gets the code', (_fact, to, expected) => {
    expect(approvedAddress(to, 'AQ1')).toBe(expected);
  });

  it('tells a refusal', () => {
    expect(deniedAddress(at('https://app.example/cb?a=1', 's'))).toBe('https://app.example/cb?a=1&error=access_denied&error_reason=user_denied&error_description=The+user+denied+your+request&state=s');
  });
});
