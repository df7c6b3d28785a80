import { describe, expect, it } from 'vitest';
import { FaultList } from './fault-list.js';
import type { FaultAction } from './fault.types.js';

const FAULT: FaultAction = { kind: 'reset', status: null, body: null, preset: null, doom: null, regain_minutes: null, ms: null };

describe('fault list', () => {
  it('is not slowed down by a long path and a glob made to be slow', () => {
    const faults = new FaultList();
    for (let each = 0; each < 10; each += 1) faults.add({ method: null, path: `/${'**a'.repeat(60)}/x`, account: null, nth: 1, times: 0 }, FAULT);
    const begun = process.cpuUsage();
    expect(faults.strike('GET', `/${'a'.repeat(60_000)}`, null)).toBeNull();
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(1000);
  });

  it('still strikes a long path with a glob that covers everything', () => {
    const faults = new FaultList();
    faults.add({ method: null, path: '/**', account: null, nth: 1, times: 0 }, FAULT);
    expect(faults.strike('GET', `/${'a'.repeat(60_000)}`, null)).not.toBeNull();
  });
});
