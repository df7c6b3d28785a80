import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A receiver that says yes at once and notes when which event came. GET /arrivals hands over what was noted since it was last asked, GET /count says how many there are.
let arrivals: [event: string, at: number][] = [];
const server = createServer((request, response) => {
  const answer = (body: string): void => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  if (request.method === 'POST') arrivals.push([String(request.headers['webhook-id']), performance.timeOrigin + performance.now()]);
  request.resume().on('end', () => {
    if (request.method === 'POST') return answer('{}');
    if (request.url === '/count') return answer(String(arrivals.length));
    answer(JSON.stringify(arrivals));
    arrivals = [];
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
