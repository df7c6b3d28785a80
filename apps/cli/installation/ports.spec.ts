import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { claimPort } from './ports.js';

describe('claimPort', () => {
  it('gives back a free port, finds one for 0, and says in a sentence what to do about a taken one', async () => {
    expect(await claimPort('PORT', 0, '127.0.0.1')).toBeGreaterThan(0);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(claimPort('SANDBOX_PORT', port, '127.0.0.1')).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken by another program (SANDBOX_PORT). Stop that program, or start with another one: SANDBOX_PORT=${port + 5} npm start`,
    );
    server.close();
    await once(server, 'close');
    expect(await claimPort('SANDBOX_PORT', port, '127.0.0.1')).toBe(port);
  });

  it('names HOST when the machine has no such address', async () => {
    await expect(claimPort('PORT', 0, '192.0.2.1')).rejects.toThrow(/This machine has no address 192\.0\.2\.1 \(HOST\)/);
  });
});
