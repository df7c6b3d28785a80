import type { JsonSchema } from './catalogue/shape.js';
import { sampleIds } from './catalogue/sample-ids.js';
import { eventBody } from './event.body.js';
import { eventData } from './event-data.js';
import { sampleEvent } from './event-samples.js';
import type { EventType } from './event-types.js';

/** JSON Schema of the whole body of an event of this type. Keys that it does not name may come: later releases add some. */
export function eventSchema(type: EventType): JsonSchema {
  return {
    type: 'object',
    properties: {
      id: { type: 'string', description: 'The same at every attempt and replay, and in the header `webhook-id`' },
      object: { const: 'event' },
      type: { const: type },
      created_at: { type: 'string', format: 'date-time' },
      seq: { type: ['integer', 'null'], description: 'Its place among the events of the workspace, without gaps; null: a test' },
      workspace_id: { type: 'string' },
      profile_group_id: { type: ['string', 'null'] },
      data: eventData[type].schema,
    },
    required: ['id', 'object', 'type', 'created_at', 'seq', 'workspace_id', 'profile_group_id', 'data'],
  };
}

/** The body of a sample of this type, as it is sent. */
export function sampleBody(type: EventType, now: Date, seq: number): string {
  return eventBody({ workspaceId: sampleIds.workspace, id: sampleIds.event, profileGroupId: sampleIds.group, createdAt: now, seq, ...sampleEvent(type, now) });
}
