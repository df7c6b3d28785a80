import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { maxUploadBytes } from './upload.js';

@ApiSchema({ name: 'CreateUpload' })
export class CreateUploadDto {
  @ApiPropertyOptional({ example: 'waves.mp4', description: 'For your own orientation' })
  @IsOptional() @IsString() @MaxLength(255)
  filename?: string;

  @ApiPropertyOptional({ example: 'video/mp4', description: 'Not believed: the content decides' })
  @IsOptional() @IsString() @MaxLength(255)
  content_type?: string;

  @ApiPropertyOptional({ example: 52_428_800, type: 'integer', minimum: 1, maximum: maxUploadBytes, description: 'Bytes of the whole file; what then comes must have so many' })
  @IsOptional() @IsInt() @Min(1) @Max(maxUploadBytes)
  size?: number;
}

@ApiSchema({ name: 'Upload' })
export class UploadDto {
  @ApiProperty({ example: 'upl_06f3w7k5c9x2v8n4b1m0q6t3ra', description: 'Goes into `media` of posts' }) key!: string;
  @ApiProperty({ example: 'https://social.example.com/uploads/ws_1/upl_06f3w7k5c9x2v8n4b1m0q6t3ra?expires=1795000000&signature=x', description: 'Where the raw bytes go by PUT, whole or in pieces; it needs no key' }) upload_url!: string;
  @ApiProperty({ example: 86_400, type: 'integer', description: 'Seconds until address and key are worth nothing' }) expires_in!: number;
}

export class TransferParams {
  @IsString() @MinLength(1) @MaxLength(64) workspace!: string;
  @IsString() @MinLength(1) @MaxLength(64) key!: string;
}

/** Optional in form: an address without them is answered like any other that is not genuine. */
export class TransferQuery {
  @IsOptional() @IsString() expires?: string;
  @IsOptional() @IsString() signature?: string;
}
