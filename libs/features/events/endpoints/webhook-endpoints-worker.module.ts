import { Module } from '@nestjs/common';
import { WebhookSweepRepository } from './webhook-sweep.repository.js';
import { WebhookSweeper } from './webhook.sweeper.js';

@Module({ providers: [WebhookSweepRepository, WebhookSweeper] })
export class WebhookEndpointsWorkerModule {}
