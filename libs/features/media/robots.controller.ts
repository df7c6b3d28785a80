import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '#infra/http/public.decorator';

/** Networks' fetchers obey robots.txt: a missing or forbidding one is a container that fails with "media could not be fetched". */
const robots = ['facebookexternalhit', 'meta-externalagent', 'meta-externalfetcher']
  .map((agent) => `User-agent: ${agent}\nAllow: /\n`)
  .concat('User-agent: *\nAllow: /media/\nDisallow: /\n')
  .join('\n');

@Public()
@ApiExcludeController()
@Controller('robots.txt')
export class RobotsController {
  @Get()
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  read(): string {
    return robots;
  }
}
