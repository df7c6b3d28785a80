import { describe, expect, it } from 'vitest';
import { readUsage, readUsages } from './usage-headers.js';

describe('readUsages', () => {
  it('tells the limits apart', () => {
    expect(readUsages({
      'x-app-usage': '{"call_count":28,"total_time":20,"total_cputime":25}',
      'x-business-use-case-usage': '{"17841":[{"type":"instagram","call_count":95,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":7}],"5":[]}',
    })).toEqual([{ account: null, percent: 28, regainMinutes: 0 }, { account: '17841', percent: 95, regainMinutes: 7 }]);
    expect(readUsages({})).toEqual([]);
  });
});

describe('readUsage', () => {
  it('takes the worst figure of both headers', () => {
    expect(readUsage({
      'x-app-usage': '{"call_count":28,"total_time":208,"total_cputime":25}',
      'x-business-use-case-usage': '{"17841":[{"type":"instagram","call_count":95,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":7}]}',
    })).toEqual({ percent: 208, regainMinutes: 7 });
  });

  it('reads one header alone and tolerates nonsense', () => {
    expect(readUsage({ 'x-app-usage': '{"call_count":28}' })).toEqual({ percent: 28, regainMinutes: 0 });
    expect(readUsage({ 'x-app-usage': 'oops', 'x-business-use-case-usage': '{"1":[{"call_count":"many"}]}' })).toEqual({ percent: 0, regainMinutes: 0 });
  });

  it('answers null without headers', () => {
    expect(readUsage({})).toBeNull();
  });
});
