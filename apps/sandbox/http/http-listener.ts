import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerControl, isControlPath } from '../control/control-door.js';
import type { ControlDoor } from '../control/control.routes.js';
import { answerPage, isPagePath, type PageSite } from '../page/page.routes.js';
import { answerGraph, type GraphDoor } from '../graph/graph-door.js';
import { writeReply } from './reply.js';

export interface Doors {
  control: ControlDoor;
  page: PageSite;
  graph: GraphDoor;
  log: (line: string) => void;
}

/** One port, three doors: control, page and CDN, and everything else is the Graph API. */
export async function handleRequest(doors: Doors, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = URL.canParse(request.url ?? '/', 'http://sandbox') ? new URL(request.url ?? '/', 'http://sandbox') : new URL('http://sandbox/invalid-address/');
  const { pathname } = address;
  if (isControlPath(pathname)) {
    writeReply(response, await answerControl(doors.control, request, pathname, doors.log));
  } else if (isPagePath(pathname)) {
    await answerPage(doors.page, request, response, pathname);
  } else {
    const outcome = await answerGraph(doors.graph, request, address);
    if (outcome === 'cut') request.socket.resetAndDestroy();
    else writeReply(response, outcome);
  }
}
