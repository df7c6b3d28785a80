import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SilentCable {
  /** The same database, through the cable. */
  readonly url: string;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** A cable to a database that can be cut without either end being told. */
export async function laySilentCable(databaseUrl: string): Promise<SilentCable> {
  const target = new URL(databaseUrl);
  const sockets: Socket[] = [];
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [[near, far], [far, near]] as const) {
      sockets.push(from);
      from.on('data', (chunk) => isCut || to.write(chunk)).on('close', () => to.destroy()).on('error', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  target.port = String((server.address() as AddressInfo).port);
  const url = target.href;
  target.port = new URL(databaseUrl).port;
  return {
    url,
    cut: () => { isCut = true; },
    mend: () => { isCut = false; },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
