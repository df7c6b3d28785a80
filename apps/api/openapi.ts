import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { readRelease } from '#infra/process/release';

/** The API's own description, made from the DTOs that also validate. Operation ids are set where the route is. */
export function createOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Heliograph')
    .setDescription('Publishes to Instagram and brings the conversations back. Errors: docs/errors.md.')
    .setVersion(readRelease().version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key, `hg_…`. `X-API-Key` works too.' }, 'key')
    .addTag('posts', 'Write once, publish now or later')
    .addTag('profiles', 'Connected accounts and their groups')
    .addTag('keys', 'Who may call, and what for')
    .addTag('system', 'Is it well?')
    .build();
  return SwaggerModule.createDocument(app, config, { autoTagControllers: false });
}

export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, createOpenApi(app), { jsonDocumentUrl: 'openapi.json', customSiteTitle: 'Heliograph API' });
}
