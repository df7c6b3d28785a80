import { Module } from '@nestjs/common';
import { OutboxStatusRepository } from './outbox-status.repository.js';

/** What readiness asks about relays. */
@Module({ providers: [OutboxStatusRepository], exports: [OutboxStatusRepository] })
export class RelayApiModule {}
