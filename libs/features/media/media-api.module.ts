import { Module } from '@nestjs/common';
import { MediaDeliveryController } from './media-delivery.controller.js';
import { MediaModule } from './media.module.js';
import { RobotsController } from './robots.controller.js';

@Module({ imports: [MediaModule], controllers: [MediaDeliveryController, RobotsController] })
export class MediaApiModule {}
