import { eventData, type EventData } from './event-data.js';
import type { EventType } from './event-types.js';

export interface EventSample<T extends EventType = EventType> {
  readonly type: T;
  readonly data: EventData<T>;
}

/** An event of this type as it could come now: with every field that it has, and in the order of the documentation. */
export function sampleEvent<T extends EventType>(type: T, now: Date): EventSample<T> {
  return { type, data: eventData[type].sample(now) as EventData<T> };
}
