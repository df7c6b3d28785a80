import { Module } from '@nestjs/common';
import { WebhookSecretSweepRepository } from './webhook-secret-sweep.repository.js';
import { WebhookSecretSweeper } from './webhook-secret.sweeper.js';

@Module({ providers: [WebhookSecretSweepRepository, WebhookSecretSweeper] })
export class WebhookEndpointsWorkerModule {}
