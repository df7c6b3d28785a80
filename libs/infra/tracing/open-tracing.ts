import type { TracingSettings } from '#infra/config/settings';
import type { Logger } from '#infra/logging/logger';
import { installTracing, tracing, type Tracing } from './tracing.js';

/** Traces this process by OpenTelemetry when a collector is set. Imported only then: its packages take memory and time to load. */
export async function openTracing(serviceName: string, { endpoint, headers, ratio }: TracingSettings, logger: Logger): Promise<Tracing> {
  if (endpoint === null) return tracing();
  const { OpenTelemetryTracing } = await import('./open-telemetry.tracing.js');
  installTracing(new OpenTelemetryTracing({ serviceName, endpoint, headers, ratio, onFailure: (error) => logger.warn({ err: error }, 'The last spans could not be sent') }));
  return tracing();
}
