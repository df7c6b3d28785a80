import { ApiSchema, OmitType, PartialType } from '@nestjs/swagger';
import { CreatePostDto } from './create-post.dto.js';

/**
 * `PATCH /api/posts/:id`. `post` merges, `platforms` merges for each network, `profiles`, `media` and `metadata` replace; what is left
 * out stays. A post keeps its group.
 */
@ApiSchema({ name: 'UpdatePost' })
export class UpdatePostDto extends PartialType(OmitType(CreatePostDto, ['profile_group_id'] as const)) {}
