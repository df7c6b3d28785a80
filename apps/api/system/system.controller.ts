import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '#infra/http/public.decorator';
import { Metrics } from '#infra/metrics/metrics';
import { readRelease } from '#infra/process/release';
import { ReadinessService } from './readiness.service.js';
import { BuildDto, DependenciesDto, HealthDto, ReadinessDto } from './system.dto.js';

const release = readRelease();
const startedAt = new Date();

@Public()
@ApiTags('system')
@Controller()
export class SystemController {
  constructor(
    private readonly readiness: ReadinessService,
    private readonly metrics: Metrics,
  ) {}

  @Get('health')
  @ApiOperation({ operationId: 'getHealth', summary: 'Whether the process runs; touches nothing else' })
  @ApiOkResponse({ type: HealthDto })
  health(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Whether posts would go out now, and what is missing' })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiServiceUnavailableResponse({ type: ReadinessDto })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessDto> {
    const readiness = await this.readiness.read();
    if (readiness.status !== 'ok') void reply.code(503);
    return readiness;
  }

  @Get('metrics')
  @ApiOperation({ operationId: 'getMetrics', summary: 'Measurements of this process, for Prometheus' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  async measure(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await this.readiness.measure(this.metrics);
    void reply.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  @Get('build')
  @ApiOperation({ operationId: 'getBuild', summary: 'Which release runs' })
  @ApiOkResponse({ type: BuildDto })
  build(): BuildDto {
    return { name: release.name, version: release.version, node: process.versions.node, started_at: startedAt.toISOString() };
  }

  @Get('deps')
  @ApiOperation({ operationId: 'getDependencies', summary: 'What it is built from' })
  @ApiOkResponse({ type: DependenciesDto })
  deps(): DependenciesDto {
    return { dependencies: { ...release.dependencies } };
  }
}
