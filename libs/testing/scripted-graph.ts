import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as it came over the wire. */
export interface SeenCall {
  readonly method: string;
  /** Path and query, raw. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Tells connections apart: a kept-alive one shows the same port again. */
  readonly port: number | undefined;
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** An HTTP server on 127.0.0.1 that answers what the test scripts, call after call; the last answer stays. For failures no simulator should have. */
export class ScriptedGraph {
  readonly calls: SeenCall[] = [];
  private answers: Answer[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedGraph> {
    const server = createServer();
    const graph = new ScriptedGraph(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => graph.take(request, response));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return graph;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From here on; forgets what was seen. */
  script(...answers: Answer[]): void {
    this.answers = answers;
    this.calls.length = 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, socket } = request;
      this.calls.push({ method, url, headers, body: Buffer.concat(chunks).toString(), port: socket.remotePort });
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      (answer ?? json(500, { error: { message: 'nothing scripted', code: 1 } }))(response, request);
    });
  }
}

/** `body` as JSON; text goes out as it is, for ids that a JavaScript number cannot hold. */
export function json(status: number, body: object | string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export function html(status: number): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html><body>Sorry, something went wrong.</body></html>');
  };
}

/** Took the request, cuts the connection. */
export const cut: Answer = (_response, request) => request.socket.resetAndDestroy();

/** Took the request, never answers. */
export const silence: Answer = () => undefined;
