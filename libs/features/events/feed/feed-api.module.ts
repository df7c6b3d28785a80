import { Module } from '@nestjs/common';
import { FeedController } from './feed.controller.js';
import { FeedRepository } from './feed.repository.js';
import { FeedService } from './feed.service.js';
import { FeedWatchRepository } from './feed-watch.repository.js';
import { FeedWatch } from './feed.watch.js';

@Module({ controllers: [FeedController], providers: [FeedRepository, FeedService, FeedWatch, FeedWatchRepository] })
export class FeedApiModule {}
