import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// A receiver that takes every call and answers none. GET /release cuts those that wait and says how many they were.
const waiting = new Set<ServerResponse>();
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    const cut = String(waiting.size);
    for (const each of waiting) each.destroy();
    response.writeHead(200, { 'content-length': cut.length }).end(cut);
    return;
  }
  waiting.add(response);
  response.once('close', () => waiting.delete(response));
  request.resume();
});
server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
