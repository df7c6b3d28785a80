import type { IncomingMessage } from 'node:http';
import { BodyTooLargeError, readBody } from '../http/body.reader.js';
import { isLoopback } from '../http/loopback.rules.js';
import { jsonReply, type Reply } from '../http/reply.js';
import { CONTROL_ROUTES, type ControlDoor } from './control.routes.js';
import { ControlError, JsonReader } from './json.reader.js';

const PREFIX = '/_sandbox';

export function isControlPath(pathname: string): boolean {
  return pathname === PREFIX || pathname.startsWith(`${PREFIX}/`);
}

/** Answers the control door: loopback peers only, and no page of another site through the user's browser. */
export async function answerControl(door: ControlDoor, request: IncomingMessage, address: URL, log: (line: string) => void): Promise<Reply> {
  try {
    if (!isLoopback(request.socket.remoteAddress ?? '')) throw new ControlError(403, 'the control door answers loopback peers only');
    const { origin, host } = request.headers;
    if (origin !== undefined && origin !== `http://${String(host)}`) throw new ControlError(403, 'the control door does not answer pages of other sites');
    return await dispatch(door, request, address.pathname.slice(PREFIX.length));
  } catch (error) {
    if (error instanceof ControlError) return jsonReply(error.status, { error: error.message });
    if (error instanceof BodyTooLargeError) return jsonReply(413, { error: error.message });
    log(`sandbox: control door: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return jsonReply(500, { error: 'the sandbox failed; its log says why' });
  }
}

async function dispatch(door: ControlDoor, request: IncomingMessage, path: string): Promise<Reply> {
  const matching = CONTROL_ROUTES.filter((route) => route.path.test(path));
  if (matching.length === 0) throw new ControlError(404, `there is nothing at ${PREFIX}${path}; docs/sandbox.md lists the routes`);
  const route = matching.find((candidate) => candidate.method === request.method);
  if (!route) throw new ControlError(405, `${PREFIX}${path} answers ${matching.map((candidate) => candidate.method).join(', ')}`);
  const body = JsonReader.parse(await readBody(request));
  return route.handle(door, body, route.path.exec(path)?.[1] ?? '');
}
