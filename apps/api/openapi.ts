import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { readRelease } from '#infra/process/release';
import { withExamples } from './openapi-examples.js';
import { toOpenApi31 } from './openapi-dialect.js';

/** The API's own description, made from the DTOs that also validate. Operation ids are set where the route is. */
export function createOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Heliograph')
    .setDescription([
      'Publishes to Instagram and brings the conversations back.',
      'Every answer carries `x-request-id`; every failure has the body `Error`, whose codes are explained in docs/errors.md.',
      'Any request may be answered 400 (it is no HTTP, or its address cannot be read), 404 (there is no such route), 413 (its headers are too large) and 415 (nobody reads its type).',
    ].join(' '))
    .setVersion(readRelease().version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'The installation that serves this description')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key, `hg_…`' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same key, for clients that cannot set Authorization' }, 'apiKey')
    .addTag('posts', 'Write once, publish now or later')
    .addTag('post queues', 'Weekly slots that give posts their time')
    .addTag('uploads', 'Large files, on their way to a post')
    .addTag('profiles', 'Connected accounts and their groups')
    .addTag('webhooks', 'Events sent to addresses of yours, signed')
    .addTag('keys', 'Who may call, and what for')
    .addTag('audit', 'Who changed what')
    .addTag('events', 'What happened, in order')
    .addTag('workspace', 'What holds for all posts of a workspace')
    .addTag('system', 'Is it well?')
    .build();
  const document = toOpenApi31(SwaggerModule.createDocument(app, config, { autoTagControllers: false }));
  return withExamples(withTypeRefusals(document));
}

/** Fastify looks at the content type of every request that may have a body, before any route sees it. */
function withTypeRefusals(document: OpenAPIObject): OpenAPIObject {
  for (const { post, put, patch, delete: remove } of Object.values(document.paths)) {
    for (const operation of [post, put, patch, remove]) {
      const refused = operation?.responses['422'];
      if (operation && refused) operation.responses['415'] ??= { ...refused, description: '`unsupported_content_type`' };
    }
  }
  return document;
}

export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, createOpenApi(app), { jsonDocumentUrl: 'openapi.json', customSiteTitle: 'Heliograph API' });
}
