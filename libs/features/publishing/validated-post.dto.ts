import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { WarningDto } from './created-post.dto.js';
import type { CheckedMedia, Verdict } from './post-validation.service.js';

const nullableText = { type: String, nullable: true } as const;
const nullableNumber = { type: Number, nullable: true } as const;

@ApiSchema({ name: 'CheckedMedia' })
export class CheckedMediaDto {
  @ApiProperty({ enum: ['processed', 'failed'] }) status!: string;
  @ApiProperty({ ...nullableText, description: 'Why it cannot be used; the same sentence is among the violations' }) error_message!: string | null;
  @ApiProperty({ ...nullableText, description: 'Of the copy that would go out, as are the figures' }) content_type!: string | null;
  @ApiProperty({ ...nullableText, description: 'Where it was fetched from; null for an upload' }) source_url!: string | null;
  @ApiProperty(nullableNumber) width!: number | null;
  @ApiProperty(nullableNumber) height!: number | null;
  @ApiProperty(nullableNumber) duration_ms!: number | null;
  @ApiProperty(nullableNumber) size_bytes!: number | null;

  static from({ sourceUrl, facts, error }: CheckedMedia): CheckedMediaDto {
    return {
      status: facts ? 'processed' : 'failed',
      error_message: error,
      content_type: facts?.contentType ?? null,
      source_url: sourceUrl,
      width: facts?.width ?? null,
      height: facts?.height ?? null,
      duration_ms: facts?.video ? Math.round(facts.video.durationMs) : null,
      size_bytes: facts?.sizeBytes ?? null,
    };
  }
}

@ApiSchema({ name: 'ValidatedPost' })
export class ValidatedPostDto {
  @ApiProperty({ description: 'The same request to `POST /api/posts` would be accepted' }) valid!: boolean;
  @ApiProperty({ type: [WarningDto], description: 'What the post would be refused for' }) violations!: WarningDto[];
  @ApiProperty({ type: [WarningDto], description: 'What would be repaired, and what Instagram\'s documentation refuses although such posts have passed' }) warnings!: WarningDto[];
  @ApiProperty({ type: [CheckedMediaDto], description: 'In the order of the request' }) media!: CheckedMediaDto[];

  static from({ violations, warnings, media }: Verdict): ValidatedPostDto {
    return {
      valid: violations.length === 0,
      violations: violations.map((violation) => WarningDto.from(violation)),
      warnings: warnings.map((warning) => WarningDto.from(warning)),
      media: media.map((item) => CheckedMediaDto.from(item)),
    };
  }
}
