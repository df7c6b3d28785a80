import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';
import { NEEDS_METADATA } from '#features/accounts/index';
import { PUBLIC_METADATA } from '#infra/http/public.decorator';

interface Input {
  readonly from: 'body' | 'query' | 'params';
  /** Set for `@Query('name')`, which takes one value past every rule. */
  readonly property: unknown;
  readonly type: unknown;
}

export interface DeclaredRoute {
  /** e.g. `PostController.create`. */
  readonly name: string;
  readonly method: string;
  /** As OpenAPI writes it, e.g. `/api/posts/{id}`. */
  readonly path: string;
  readonly isPublic: boolean;
  /** The permission its key must have; undefined when it says none. */
  readonly needs: unknown;
  readonly inputs: readonly Input[];
}

export function controllersOf(app: INestApplication): Type[] {
  const modules = [...app.get(ModulesContainer, { strict: false }).values()];
  const found = modules.flatMap((module) => [...module.controllers.values()].map((wrapper) => wrapper.metatype));
  return found.filter((metatype): metatype is Type => typeof metatype === 'function');
}

/** What the decorators of these controllers say. */
export function declaredRoutes(controllers: readonly Type[]): DeclaredRoute[] {
  return controllers.flatMap((controller) =>
    Object.entries(Object.getOwnPropertyDescriptors(controller.prototype)).flatMap(([key, descriptor]) => {
      const handler: unknown = descriptor.value;
      const method: unknown = typeof handler === 'function' ? Reflect.getMetadata(METHOD_METADATA, handler) : undefined;
      if (typeof handler !== 'function' || typeof method !== 'number') return [];
      const path = [controller, handler].map((target) => String(Reflect.getMetadata(PATH_METADATA, target))).join('/');
      return [{
        name: `${controller.name}.${key}`,
        method: RequestMethod[method] ?? '',
        path: `/${path}`.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '').replace(/:(\w+)/g, '{$1}'),
        isPublic: [controller, handler].some((target) => Reflect.getMetadata(PUBLIC_METADATA, target) === true),
        needs: Reflect.getMetadata(NEEDS_METADATA, handler) as unknown,
        inputs: inputsOf(controller, key),
      }];
    }),
  );
}

const sources: Readonly<Record<string, Input['from']>> = { [RouteParamtypes.BODY]: 'body', [RouteParamtypes.QUERY]: 'query', [RouteParamtypes.PARAM]: 'params' };

function inputsOf(controller: Type, key: string): Input[] {
  const decorated = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, key) ?? {}) as Record<string, { index: number; data?: unknown }>;
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype as object, key) ?? []) as unknown[];
  return Object.entries(decorated).flatMap(([kind, { index, data }]) => {
    const from = sources[kind.split(':')[0] ?? ''];
    return from ? [{ from, property: data, type: types[index] }] : [];
  });
}

/** A key that may do less than everything can only be refused by a route that says what it needs. */
export function permissionProblems({ name, isPublic, needs }: DeclaredRoute): string[] {
  if (isPublic) return needs === undefined ? [] : [`${name} needs a permission and no key`];
  return typeof needs === 'string' ? [] : [`${name} does not say which permission it needs`];
}

/** Everything that comes from outside is an instance of a class with rules. */
export function inputProblems(route: DeclaredRoute): string[] {
  return route.inputs.flatMap(({ from, property, type }) => {
    if (property !== undefined) return [`${route.name} takes one value of its ${from} past the DTO`];
    if (typeof type !== 'function' || type === Object) return [`${route.name} has a ${from} without a class`];
    const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
    return rules.length === 0 ? [`${route.name} has a ${from} of ${type.name}, which has no rules`] : [];
  });
}

const always = ['400', '401', '403', '422', '429', '500', '503'];
const reference = (schema: string): string => `#/components/schemas/${schema}`;

/** Every operation has a name; one that needs a key says what it answers, in success and in failure. */
export function documentationProblems(route: DeclaredRoute, document: OpenAPIObject): string[] {
  const operation = Object.entries(document.paths[route.path] ?? {}).find(([method]) => method.toUpperCase() === route.method)?.[1] as Operation | undefined;
  if (!operation) return route.isPublic ? [] : [`${route.name} is not in the OpenAPI document`];
  // What Nest makes up where none is given has the class in it.
  const problems = /^[a-z][A-Za-z]+$/.test(operation.operationId ?? '') ? [] : [`${route.name} has no operationId`];
  if (route.isPublic) return problems;
  const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
  const areDeclared = successes.length > 0 && successes.every(([status, response]) => status === '204' || referenceOf(response)?.startsWith(reference('')));
  if (!areDeclared) problems.push(`${route.name} answers something that is no DTO`);
  const expected = route.path.includes('{') ? [...always, '404'] : always;
  const missing = expected.filter((status) => referenceOf(operation.responses[status]) !== reference('Error'));
  return missing.length > 0 ? [...problems, `${route.name} does not declare the errors ${missing.join(', ')}`] : problems;
}

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema?: { readonly $ref?: string } }>>;
}
interface Operation {
  readonly operationId?: string;
  readonly responses: Readonly<Record<string, Answer>>;
}

function referenceOf(response: Answer | undefined): string | undefined {
  return response?.content?.['application/json']?.schema?.$ref;
}
