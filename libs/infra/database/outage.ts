/** Prisma: cannot reach, timed out, closed, no connection free in time, transaction could not start. */
const prismaCodes: ReadonlySet<unknown> = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
const adapterKinds: ReadonlySet<unknown> = new Set(['DatabaseNotReachable', 'SocketTimeout', 'ConnectionClosed', 'TooManyConnections', 'TlsConnectionError']);
/** PostgreSQL: shutting down, crashed, starting, a statement that took too long; node-postgres and the system: no connection. */
const systemCodes = /^(57P0[123]|57014|53300|08\d{3}|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;
const connectionWords = /Connection terminated|timeout exceeded when trying to connect|Server has closed the connection|connection error and is not queryable/;

/** Whether a failure says that the database is away or overloaded, so that the same request may succeed later. */
export function isDatabaseOutage(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false;
  const { code, kind, originalCode, message, cause, meta, driverAdapterError } = error as Readonly<Record<string, unknown>>;
  if (prismaCodes.has(code) || adapterKinds.has(kind)) return true;
  if ([code, originalCode].some((text) => typeof text === 'string' && systemCodes.test(text))) return true;
  if (typeof message === 'string' && connectionWords.test(message)) return true;
  return [cause, meta, driverAdapterError].some((inner) => isDatabaseOutage(inner, depth + 1));
}
