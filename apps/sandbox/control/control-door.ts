import type { IncomingMessage } from 'node:http';
import { BodyTooLargeError, readBody } from '../http/body.reader.js';
import { jsonReply, type Reply } from '../http/reply.js';
import { refusalOf } from './control-access.rules.js';
import { ControlError } from './control-error.js';
import type { ControlDoor, ControlRoute } from './control-route.js';
import { CONTROL_ROUTES } from './control.routes.js';
import { parseBody, parseQuery } from './control-input.parser.js';

const PREFIX = '/_sandbox';

export function isControlPath(pathname: string): boolean {
  return pathname === PREFIX || pathname.startsWith(`${PREFIX}/`);
}

/** Answers the control door to those whom {@link refusalOf} lets in. */
export async function answerControl(door: ControlDoor, request: IncomingMessage, address: URL): Promise<Reply> {
  try {
    const refusal = refusalOf(door.access, request.socket.remoteAddress ?? '', request.headers);
    if (refusal !== null) throw new ControlError(403, refusal);
    return await dispatch(door, request, address);
  } catch (error) {
    if (error instanceof ControlError) return jsonReply(error.status, { error: error.message });
    if (error instanceof BodyTooLargeError) return jsonReply(413, { error: error.message });
    door.log(`sandbox: control door: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return jsonReply(500, { error: 'the sandbox failed; its log says why' });
  }
}

async function dispatch(door: ControlDoor, request: IncomingMessage, address: URL): Promise<Reply> {
  const path = address.pathname.slice(PREFIX.length);
  const matching = CONTROL_ROUTES.filter((route) => route.pattern.test(path));
  if (matching.length === 0) throw new ControlError(404, `there is nothing at ${address.pathname}; GET ${PREFIX}/openapi.json lists the routes`);
  const route = matching.find((candidate) => candidate.method === request.method);
  const allow = matching.map((candidate) => candidate.method).join(', ');
  if (!route) return jsonReply(405, { error: `${address.pathname} answers ${allow}` }, { allow });
  const answer = await route.run(door, {
    params: pathParams(route, path),
    query: parseQuery(route.query, address.searchParams),
    body: parseBody(request.headers['content-type'] ?? '', await readBody(request)),
  });
  return jsonReply(route.status, answer);
}

function pathParams(route: ControlRoute, path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(route.pattern.exec(path)?.groups ?? {}).map(([name, text]) => [name, decoded(text)]));
}

/** A percent sign that begins no character stands for itself; such a name is found nowhere. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
