import 'reflect-metadata';
import { Body, Controller, Get, Module, Param, Post, Query, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, type OpenAPIObject } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { Needs } from '#features/accounts/index';
import { ApiErrors } from '#infra/http/api-errors.decorator';
import { createHttpAdapter } from '#infra/http/http-server';
import { Public } from '#infra/http/public.decorator';
import { createOpenApi } from '../../apps/api/openapi.js';
import { previewApi } from '../../apps/api/write-openapi.js';
import { controllersOf, declaredRoutes, documentationProblems, inputProblems, permissionProblems, type DeclaredRoute } from './declared-routes.js';

/** Who needs no key, exactly. A new one is a decision: say in the pull request why nobody needs to prove who they are. */
const publicRoutes = [
  'GET /api/connections/{network}/callback', 'GET /api/{network}/data_deletion/{confirmation_code}', 'GET /build', 'GET /deps', 'GET /health', 'GET /media/{file}', 'GET /metrics', 'GET /ready', 'GET /robots.txt', 'HEAD /media/{file}', 'HEAD /uploads/{workspace}/{key}',
  'POST /api/{network}/data_deletion', 'POST /api/{network}/deauthorize', 'PUT /uploads/{workspace}/{key}',
];

let app: INestApplication;
let routes: DeclaredRoute[];
let document: OpenAPIObject;

beforeAll(async () => {
  app = await previewApi();
  routes = declaredRoutes(controllersOf(app));
  document = createOpenApi(app);
});

const publicOf = (list: readonly DeclaredRoute[]): string[] => list.filter((route) => route.isPublic).map(({ method, path }) => `${method} ${path}`).sort();

describe('every route', () => {
  it('is found', () => expect(routes.length).toBeGreaterThan(10));

  it('needs a key, but for those listed here', () => expect(publicOf(routes)).toEqual(publicRoutes));

  it('says which permission its key needs', () => expect(routes.flatMap(permissionProblems)).toEqual([]));

  it('takes only validated classes from outside', () => expect(routes.flatMap(inputProblems)).toEqual([]));

  it('is documented with its name, answers and errors', () => expect(routes.flatMap((route) => documentationProblems(route, document))).toEqual([]));

  it('has an operationId of its own', () => {
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((operation: { operationId?: string }) => operation.operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

class WithoutRules {
  name!: string;
}
class WithRules {
  @IsString() name!: string;
}

@Controller('planted/:id')
class PlantedController {
  @Post('unknown') untyped(@Body() body: unknown): unknown { return body; }
  @Post('ruleless') ruleless(@Body() body: WithoutRules): unknown { return body; }
  @Get('single') single(@Query('name') name: string): string { return name; }
  @Get('number') number(@Param() params: number): number { return params; }
  @Get('hidden') @ApiExcludeEndpoint() hidden(): void { return; }
  @Get('nameless') @ApiOkResponse({ type: WithRules }) @ApiErrors('not_found') nameless(): void { return; }
  @Get('faultless') @ApiOperation({ operationId: 'f' }) @ApiOkResponse({ type: WithRules }) faultless(@Query() _query: WithRules): void { return; }
  @Get('text') @ApiOperation({ operationId: 't' }) @ApiOkResponse({ type: String }) @ApiErrors('not_found') text(): string { return ''; }
  @Public() @Get('open') open(): void { return; }
  @Public() @Needs('read') @Get('odd') odd(): void { return; }
}

@Module({ controllers: [PlantedController] })
class PlantedModule {}

describe('a planted controller', () => {
  it('is reported for a route without a key', () => expect(publicOf(declaredRoutes([PlantedController]))).toEqual(['GET /planted/{id}/odd', 'GET /planted/{id}/open']));

  it('is reported for a route that says no permission, and for one that needs what it does not ask for', () => {
    const problems = declaredRoutes([PlantedController]).flatMap(permissionProblems);
    expect(problems).toContain('PlantedController.untyped does not say which permission it needs');
    expect(problems).toContain('PlantedController.odd needs a permission and no key');
    expect(problems.some((problem) => problem.includes('.open '))).toBe(false);
  });

  it('is reported for what it takes unchecked', () => {
    expect(declaredRoutes([PlantedController]).flatMap(inputProblems)).toEqual([
      'PlantedController.untyped has a body without a class',
      'PlantedController.ruleless has a body of WithoutRules, which has no rules',
      'PlantedController.single takes one value of its query past the DTO',
      'PlantedController.number has a params of Number, which has no rules',
    ]);
  });

  it('is reported for what it does not declare', async () => {
    const planted = createOpenApi(await NestFactory.create(PlantedModule, createHttpAdapter(), { preview: true, logger: false }));
    const problems = declaredRoutes([PlantedController]).flatMap((route) => documentationProblems(route, planted));
    expect(problems).toEqual(expect.arrayContaining([
      'PlantedController.open has no operationId',
      'PlantedController.hidden is not in the OpenAPI document',
      'PlantedController.nameless has no operationId',
      'PlantedController.faultless does not declare the errors 400, 401, 403, 422, 429, 500, 503, 404',
      'PlantedController.text answers something that is no DTO',
    ]));
  });
});
