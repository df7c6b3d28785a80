import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Permission } from './permission.js';

export const NEEDS_METADATA = 'heliograph:needs';

/** The permission a route asks of its key. Every route that is not public has one; an architecture test sees to it, and the guard refuses without. */
export const Needs = (permission: Permission): MethodDecorator => applyDecorators(SetMetadata(NEEDS_METADATA, permission), ApiExtension('x-permission', permission));
