import { describe, expect, it } from 'vitest';
import { appUsageHeader, businessUsageHeader } from './usage-headers.js';

describe('Usage headers', () => {
  it('are written as §3 shows them', () => {
    expect(appUsageHeader({ call_count: 28, total_time: 25, total_cputime: 25 })).toEqual({
      'x-app-usage': '{"call_count":28,"total_time":25,"total_cputime":25}',
    });
    expect(businessUsageHeader('17841400000000001', { call_count: 95, total_time: 20, total_cputime: 20 }, 0)).toEqual({
      'x-business-use-case-usage': '{"17841400000000001":[{"type":"instagram","call_count":95,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":0}]}',
    });
  });
});
