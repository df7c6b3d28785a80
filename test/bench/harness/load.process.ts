import autocannon from 'autocannon';
import type { LoadOrder, LoadResult, SaturatingLoad } from './load.js';
import { runPaced } from './paced-load.js';
import { anyWords, variedBody } from './varied-body.js';

/** Makes the load, away from the processes that are measured and from the one that reports. */
process.on('message', (order: LoadOrder) => {
  const { load } = order;
  const running = load.kind === 'paced' ? runPaced(order, load) : runSaturating(order, load);
  running.then(
    (result) => process.send?.({ id: order.id, result }),
    (error: unknown) => process.send?.({ id: order.id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());

async function runSaturating({ url, request, headers }: LoadOrder, { seconds, connections }: SaturatingLoad): Promise<LoadResult> {
  const body = request.body ? JSON.stringify(request.body) : null;
  const result = await autocannon({
    url: `${url}${request.path}`,
    method: request.method,
    headers: { ...headers },
    ...(body ? { body } : {}),
    ...(body?.includes(anyWords) ? { requests: [{ setupRequest: (sent) => ({ ...sent, body: variedBody(body) }) }] } : {}),
    connections,
    duration: seconds,
  });
  return {
    answered: result['2xx'],
    failed: result.non2xx + result.errors + result.timeouts,
    perSecond: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    maxMs: result.latency.max,
  };
}
