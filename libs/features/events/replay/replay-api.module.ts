import { Module } from '@nestjs/common';
import { ReplayController } from './replay.controller.js';
import { ReplayRepository } from './replay.repository.js';
import { ReplayService } from './replay.service.js';

@Module({ controllers: [ReplayController], providers: [ReplayRepository, ReplayService] })
export class ReplayApiModule {}
