import { accountRoutes } from './accounts.routes.js';
import { appRoutes } from './apps.routes.js';
import { commentRoutes } from './comments.routes.js';
import { controlRoute, type ControlRoute } from './control-route.js';
import { faultRoutes } from './faults.routes.js';
import { dictionary } from './object.shape.js';
import { openApiDocument } from './openapi.document.js';
import { anyJson } from './shape.js';
import { systemRoutes } from './system.routes.js';

/** Every route below `/_sandbox`; the document is made of this list. */
export const CONTROL_ROUTES: readonly ControlRoute[] = [
  ...accountRoutes, ...commentRoutes, ...appRoutes, ...faultRoutes, ...systemRoutes,
  controlRoute({
    id: 'getOpenApi', method: 'GET', path: '/openapi.json', tag: 'sandbox', summary: 'This document.',
    answer: dictionary(anyJson()),
    handle: () => openApiDocument(CONTROL_ROUTES),
  }),
];
