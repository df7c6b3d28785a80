import { accountEventData } from './catalogue/account-events.js';
import { conversationEventData } from './catalogue/conversation-events.js';
import { postEventData } from './catalogue/post-events.js';
import type { Shape, ValueOf } from './catalogue/shape.js';
import type { EventType } from './event-types.js';

/** What each type of event tells: schema, sample and type in one. A type that is missing here does not compile. */
export const eventData = { ...postEventData, ...accountEventData, ...conversationEventData } satisfies Record<EventType, Shape<unknown>>;

export type EventData<T extends EventType> = ValueOf<(typeof eventData)[T]>;
