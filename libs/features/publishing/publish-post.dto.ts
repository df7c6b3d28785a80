import { ApiSchema, PickType } from '@nestjs/swagger';
import { CreatePostDto } from './create-post.dto.js';

/** `POST /api/posts/:id/publish`: nothing need be said. */
@ApiSchema({ name: 'PublishPost' })
export class PublishPostDto extends PickType(CreatePostDto, ['allow_duplicate'] as const) {}
