import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Fate = 'pass' | 'cut' | 'hold';

/** The line between us and the sandbox. What it does to the next file that is sent: `cut` it in the middle, or `hold` it there for ever. */
export class UploadLine {
  next: Fate = 'pass';
  /** As `next`, for a file that is not the next one: asked with how many were begun since `offsets` was emptied. */
  onFile: (count: number) => Fate = () => this.next;
  /** Offsets at which files were begun or gone on with. */
  readonly offsets: number[] = [];
  /** How many transfers are held. */
  held = 0;
  target = '';

  private constructor(private readonly server: Server, private readonly passBytes: number) {}

  static async start(passBytes: number): Promise<UploadLine> {
    const server = createServer();
    const line = new UploadLine(server, passBytes);
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => line.forward(incoming, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((closed) => this.server.close(() => closed()));
  }

  private forward(incoming: IncomingMessage, response: ServerResponse): void {
    if (this.target === '') return void response.writeHead(502).end();
    const isFile = incoming.method === 'POST' && incoming.url?.startsWith('/ig-api-upload/') === true;
    const onward = request(new URL(incoming.url ?? '/', this.target), { method: incoming.method, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    if (isFile) this.offsets.push(Number(incoming.headers['offset']));
    const fate = isFile ? this.onFile(this.offsets.length) : 'pass';
    if (fate === 'pass') return void incoming.pipe(onward);
    this.next = 'pass';
    let passed = 0;
    incoming.on('data', (chunk: Buffer) => {
      passed += chunk.length;
      onward.write(chunk);
      if (passed < this.passBytes) return;
      // Read on and forgotten, so that the end of the sender is noticed.
      incoming.removeAllListeners('data').resume();
      // What was written has to arrive before the end of the line does.
      onward.write('', () => (fate === 'cut' ? incoming.socket.destroy() : (this.held += 1)));
    });
  }
}
