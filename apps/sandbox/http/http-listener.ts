import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseAddress } from './address.js';
import { answerControl, isControlPath } from '../control/control-door.js';
import type { ControlDoor } from '../control/control-route.js';
import type { Outcome } from '../faults/fault.action.js';
import { answerGraph, type GraphDoor } from '../graph/graph-door.js';
import { answerOAuth, isOAuthPath, type OAuthDoor } from '../oauth/oauth-door.js';
import { answerPage, isPagePath, type PageSite } from '../page/page.routes.js';
import { answerUpload, isUploadPath, type UploadDoor } from '../upload/upload-door.js';
import { readTarget } from './hosts.js';
import { writeReply } from './reply.js';

export interface Doors {
  control: ControlDoor;
  page: PageSite;
  api: GraphDoor & OAuthDoor & UploadDoor;
  log: (line: string) => void;
}

/** One port, three doors: control, page and CDN, and everything else is the API on one of its hosts. */
export async function handleRequest(doors: Doors, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = readAddress(request.url ?? '/');
  const { pathname } = address;
  if (isControlPath(pathname)) {
    writeReply(response, await answerControl(doors.control, request, address));
  } else if (isPagePath(pathname)) {
    await answerPage(doors.page, request, response, address);
  } else {
    const outcome = await answerApi(doors.api, request, address);
    if (outcome === 'cut') request.socket.resetAndDestroy();
    else writeReply(response, outcome);
  }
}

/** Slashes in a row count as one, as on Meta's hosts: clients write `//me/accounts`, which alone would name a host. */
function readAddress(requestTarget: string): URL {
  const [path = '', ...query] = requestTarget.split('?');
  const target = [path.startsWith('/') ? `http://sandbox${path.replaceAll(/\/{2,}/gu, '/')}` : path, ...query].join('?');
  return parseAddress(target) ?? new URL('http://sandbox/invalid-address/');
}

function answerApi(api: Doors['api'], request: IncomingMessage, address: URL): Promise<Outcome> {
  const target = readTarget(request.headers.host ?? '', address.pathname);
  if (isOAuthPath(target)) return answerOAuth(api, request, target, address.searchParams);
  if (isUploadPath(target)) return answerUpload(api, request, target);
  return answerGraph(api, request, target, address.searchParams);
}
