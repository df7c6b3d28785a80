import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Logger } from './logger.js';

@Global()
@Module({})
export class LoggingModule {
  static with(logger: Logger): DynamicModule {
    return { module: LoggingModule, providers: [{ provide: Logger, useValue: logger }], exports: [Logger] };
  }
}
