import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Clock, SystemClock } from '#kernel/clock';

@Global()
@Module({})
export class ClockModule {
  static with(clock: Clock = new SystemClock()): DynamicModule {
    return { module: ClockModule, providers: [{ provide: Clock, useValue: clock }], exports: [Clock] };
  }
}
