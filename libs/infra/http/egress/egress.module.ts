import { Module } from '@nestjs/common';
import { seconds } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { EgressClient } from './egress.client.js';
import { EgressPolicy } from './egress-policy.js';
import { systemResolver } from './guarded-lookup.js';

@Module({
  providers: [
    { provide: EgressPolicy, useFactory: egressPolicy, inject: [SETTINGS] },
    { provide: EgressClient, useFactory: (policy: EgressPolicy, settings: Settings) => new EgressClient(policy, systemResolver, seconds(settings.mediaFetchSeconds)), inject: [EgressPolicy, SETTINGS] },
  ],
  exports: [EgressClient],
})
export class EgressModule {}

/** While the sandbox plays Instagram its own address is allowed, although it is this machine. With the real one there is no exception. */
export function egressPolicy({ egressAllow, instagram }: Settings): EgressPolicy {
  return new EgressPolicy({ allow: egressAllow, trustedOrigin: instagram.apiVersion === null ? new URL(instagram.graphUrl).origin : null });
}
