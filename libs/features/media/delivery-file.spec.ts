import { describe, expect, it } from 'vitest';
import { deliveryName, readDeliveryName } from './delivery-file.js';

describe('deliveryName', () => {
  it.each([['image/jpeg', 'abc1.jpg'], ['video/mp4', 'abc1.mp4'], ['video/quicktime', 'abc1.mov']])('says %s in the name and back', (contentType, name) => {
    expect(deliveryName({ key: 'abc1', contentType })).toBe(name);
    expect(readDeliveryName(name)).toEqual({ key: 'abc1', contentType });
  });

  it('refuses a type that no browser should get from us', () => {
    expect(() => deliveryName({ key: 'abc1', contentType: 'image/svg+xml' })).toThrow(/not delivered/);
  });

  it.each(['abc1', 'abc1.exe', '.jpg', '../abc1.jpg', 'abc1.jpg/', 'ABC1.jpg', 'abc1.constructor'])('does not read %j', (name) => {
    expect(readDeliveryName(name)).toBeNull();
  });
});
