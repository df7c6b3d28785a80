import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiPublicErrors } from '#infra/http/api-errors.decorator';
import { Public } from '#infra/http/public.decorator';
import { Metrics } from '#infra/metrics/metrics';
import { describeBuild, describeDependencies } from '#infra/metrics/release-facts';
import { MetricsGuard } from './metrics.guard.js';
import { ReadinessService } from './readiness.service.js';
import { BuildDto, DependenciesDto, HealthDto, ReadinessDto } from './system.dto.js';

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
  @UseGuards(MetricsGuard)
  @ApiPublicErrors('invalid_api_key', 'not_found')
  @ApiOperation({ operationId: 'getMetrics', summary: 'Measurements of this process, for Prometheus' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  async measure(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await this.readiness.measure(this.metrics);
    void reply.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  @Get('build')
  @UseGuards(MetricsGuard)
  @ApiPublicErrors('invalid_api_key', 'not_found')
  @ApiOperation({ operationId: 'getBuild', summary: 'Which release runs' })
  @ApiOkResponse({ type: BuildDto })
  build(): BuildDto {
    return describeBuild();
  }

  @Get('deps')
  @UseGuards(MetricsGuard)
  @ApiPublicErrors('invalid_api_key', 'not_found')
  @ApiOperation({ operationId: 'getDependencies', summary: 'What it is built from' })
  @ApiOkResponse({ type: DependenciesDto })
  deps(): DependenciesDto {
    return describeDependencies();
  }
}
