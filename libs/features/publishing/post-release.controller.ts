import { Body, Controller, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, GroupQuery, IdParam, Needs, type CallerIdentity } from '#features/accounts/index';
import { MediaDeliveryService } from '#features/media/index';
import { ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { PostDto } from './post.dto.js';
import { PostReleaseService } from './post-release.service.js';
import { ReleasePostDto } from './release-post.dto.js';

@ApiTags('posts')
@Controller('api/posts/:id/release')
export class PostReleaseController {
  constructor(
    private readonly releases: PostReleaseService,
    private readonly delivery: MediaDeliveryService,
  ) {}

  @Post()
  @Needs('posts:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'releasePost', summary: 'Let held targets go: at their time, or now when it has passed' })
  @ApiOkResponse({ type: PostDto })
  @ApiWriteErrors('not_found')
  release(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: ReleasePostDto): Promise<PostDto> {
    return this.releases.release(caller, id, body.profile_id ?? null, (post) => PostDto.from(post, this.delivery));
  }
}
