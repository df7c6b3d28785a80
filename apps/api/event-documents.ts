import { eventSchema, eventTypes, sampleBody, type EventType } from '#features/events/index';

/** Samples do not change from day to day. */
const sampleTime = new Date('2026-11-22T10:00:00.000Z');
const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** What docs/ holds of events, by path: a sample and a schema of each type, and the AsyncAPI description of all. */
export function eventDocuments(): ReadonlyMap<string, string> {
  const documents = new Map<string, string>();
  for (const [index, type] of eventTypes.entries()) {
    documents.set(`events/${type}.json`, json(JSON.parse(sampleBody(type, sampleTime, 4711 + index))));
    documents.set(`events/${type}.schema.json`, json({ $schema: dialect, title: type, ...eventSchema(type) }));
  }
  return documents.set('asyncapi.yaml', `# Made by "npm run events".\n${toYaml(asyncApi())}`);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const header = (description: string) => ({ type: 'string', description });

function asyncApi(): object {
  const messageRef = (type: EventType) => ({ $ref: `#/components/messages/${type}` });
  const inChannel = (type: EventType) => ({ $ref: `#/channels/webhook/messages/${type}` });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Heliograph events', version: '1', license: { name: 'MIT' },
      description: 'What Heliograph sends to the webhooks of a workspace, signed, until it arrives; GET /api/events has the same bodies. See webhooks.md.',
    },
    defaultContentType: 'application/json',
    channels: {
      webhook: { title: 'A webhook', description: 'The address that a subscription names', address: null, messages: Object.fromEntries(eventTypes.map((type) => [type, messageRef(type)])) },
    },
    operations: {
      sendEvent: { action: 'send', channel: { $ref: '#/channels/webhook' }, summary: 'A POST for each event, repeated until it is answered 2xx', messages: eventTypes.map(inChannel) },
    },
    components: {
      messages: Object.fromEntries(eventTypes.map((type) => [type, { name: type, title: type, headers: { $ref: '#/components/schemas/headers' }, payload: { $ref: `./events/${type}.schema.json` } }])),
      schemas: {
        headers: {
          type: 'object',
          required: ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-heliograph-event', 'x-heliograph-delivery', 'x-heliograph-signature'],
          properties: {
            'webhook-id': header('The id of the event: the same at every attempt and replay'),
            'webhook-timestamp': header('Unix seconds of the attempt'),
            'webhook-signature': header('Standard Webhooks: v1,<base64>; two with a space between while a secret is being rotated'),
            'x-heliograph-event': header('The type of the event'),
            'x-heliograph-delivery': header('The id of the delivery'),
            'x-heliograph-signature': header('t=<unix seconds>,v1=<hex>'),
          },
        },
      },
    },
  };
}

/** JSON as YAML of blocks; texts are quoted as JSON quotes them, which YAML reads alike. */
function toYaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return value.map((item) => `${indent}- ${nested(item, indent).trimStart()}`).join('');
  return Object.entries(value as object).map(([key, child]) => `${indent}${/^[A-Za-z][\w-]*$/.test(key) ? key : JSON.stringify(key)}:${nested(child, indent)}`).join('');
}

function nested(value: unknown, indent: string): string {
  const isEmpty = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  return isEmpty ? ` ${JSON.stringify(value)}\n` : `\n${toYaml(value, `${indent}  `)}`;
}
