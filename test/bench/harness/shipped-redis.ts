import { connect } from 'node:net';
import { startRedis, type TestRedis } from '#testing/redis-server';

/** A Redis of the run's own, with the `hz` that our installation ships: it decides how soon a job that is due is seen. */
export async function startShippedRedis(): Promise<TestRedis> {
  const redis = await startRedis();
  await command(redis, 'CONFIG SET hz 100').catch((error: unknown) => redis.stop().then(() => { throw error; }));
  return redis;
}

function command({ url }: TestRedis, text: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${text}\r\n`));
    socket.setTimeout(5_000, () => socket.destroy(new Error('Redis does not answer')));
    socket.once('error', fail);
    socket.once('data', (answer) => {
      socket.destroy();
      if (answer.toString().startsWith('+OK')) done();
      else fail(new Error(`Redis answered ${answer.toString()}`));
    });
  });
}
