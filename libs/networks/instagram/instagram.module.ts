import { Module } from '@nestjs/common';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { Clock } from '#kernel/clock';
import type { CallObserver } from './graph/graph-call.js';
import { createInstagramNetwork, InstagramNetwork } from './instagram-network.js';

/** Optional: a global provider of a `CallObserver` that is told of every call to Instagram, for logs and metrics. */
export const INSTAGRAM_CALL_OBSERVER = Symbol('INSTAGRAM_CALL_OBSERVER');

@Module({
  providers: [
    {
      provide: InstagramNetwork,
      inject: [SETTINGS, Clock, { token: INSTAGRAM_CALL_OBSERVER, optional: true }],
      useFactory: (settings: Settings, clock: Clock, observe?: CallObserver) =>
        createInstagramNetwork({ settings: settings.instagram, clock, observe }),
    },
  ],
  exports: [InstagramNetwork],
})
export class InstagramModule {}
