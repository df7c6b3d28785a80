import { IsOptional, IsString } from 'class-validator';

export class DeliveryParams {
  @IsString()
  file!: string;
}

/** Optional in form: a link without them is answered like any other link that is not genuine. */
export class DeliveryQuery {
  @IsOptional()
  @IsString()
  expires?: string;

  @IsOptional()
  @IsString()
  signature?: string;
}
