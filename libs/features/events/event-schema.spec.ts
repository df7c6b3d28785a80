import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { EventData } from './event-data.js';
import { sampleEvent } from './event-samples.js';
import { eventSchema, sampleBody } from './event-schema.js';
import { eventTypes } from './event-types.js';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const now = new Date('2026-11-22T10:00:00.000Z');

describe.each(eventTypes)('%s', (type) => {
  const validate = ajv.compile(eventSchema(type));

  it('has a sample that its schema accepts', () => {
    expect(validate(JSON.parse(sampleBody(type, now, 7))), JSON.stringify(validate.errors)).toBe(true);
  });

  it('has a schema that refuses a body without one of its fields, or of another type', () => {
    const body = JSON.parse(sampleBody(type, now, 7)) as { type: string; data: Record<string, unknown> };
    for (const name of eventSchema(type).properties?.['data']?.required ?? []) expect(validate({ ...body, data: { ...body.data, [name]: undefined } }), name).toBe(false);
    expect(validate({ ...body, type: `${type}x` })).toBe(false);
  });
});

it('is of the moment that is asked for', () => {
  expect(sampleEvent('post.created', now).data).toMatchObject({ created_at: '2026-11-22T09:00:00.000Z', scheduled_at: '2026-11-22T11:00:00.000Z' });
  expect(JSON.parse(sampleBody('post.created', now, 7))).toMatchObject({ object: 'event', seq: 7, created_at: now.toISOString() });
});

it('has types that follow from the schema', () => {
  expectTypeOf<EventData<'post.updated'>['change']>().toEqualTypeOf<'edited' | 'released' | 'retried' | 'reconciled'>();
  expectTypeOf<EventData<'platform_post.published'>['permalink']>().toEqualTypeOf<string | null>();
  expectTypeOf<EventData<'platform_post.held'>>().toHaveProperty('late_by_seconds').toEqualTypeOf<number | undefined>();
});
