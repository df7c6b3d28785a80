import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, MaxLength, ValidateNested } from 'class-validator';
import { IsRequiredParameter } from '#infra/http/validation.pipe';

const most = 4;
/** Ours, against nonsense: networks document none, and say themselves what is too long for them. */
const longest = 1000;

@ApiSchema({ name: 'IceBreaker' })
export class IceBreakerDto {
  @ApiProperty({ example: 'What are your opening hours?', maxLength: longest })
  @IsRequiredParameter() @IsString() @MaxLength(longest)
  question!: string;

  @ApiProperty({ example: 'OPENING_HOURS', maxLength: longest, description: 'Comes back with the message of who taps the question' })
  @IsRequiredParameter() @IsString() @MaxLength(longest)
  payload!: string;
}

@ApiSchema({ name: 'SetIceBreakers' })
export class SetIceBreakersDto {
  @ApiProperty({ type: [IceBreakerDto], minItems: 1, maxItems: most, description: 'In the order of display; replaces all that were set' })
  @IsRequiredParameter() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(most) @ValidateNested({ each: true }) @Type(() => IceBreakerDto)
  ice_breakers!: IceBreakerDto[];
}

@ApiSchema({ name: 'IceBreakers' })
export class IceBreakersDto {
  @ApiProperty({ type: [IceBreakerDto], description: 'In the order of display; empty when none are set' })
  ice_breakers!: IceBreakerDto[];
}

@ApiSchema({ name: 'ChangedIceBreakers' })
export class ChangedIceBreakersDto {
  @ApiProperty({ enum: [true] }) success!: boolean;
}
