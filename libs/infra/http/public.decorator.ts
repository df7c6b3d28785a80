import { SetMetadata } from '@nestjs/common';

export const PUBLIC_METADATA = 'heliograph:public';

/** A route that answers without a key. Every other route needs one; an architecture test lists those that do not. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC_METADATA, true);
