import { expect, it } from 'vitest';
import { sampleEvent } from './event-samples.js';
import { eventTypes } from './event-types.js';

it.each(eventTypes)('there is a sample of %s', (type) => {
  expect(Object.keys(sampleEvent(type, new Date()).data).length).toBeGreaterThan(0);
});
