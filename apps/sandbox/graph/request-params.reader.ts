import type { IncomingMessage } from 'node:http';
import { BodyTooLargeError, readBody } from '../http/body.reader.js';
import { CallParams } from './call.params.js';
import { readCallParams } from './call-params.reader.js';
import { GraphError, invalidParameter } from './graph-error.js';

/** What a call brought, and why the rest of it cannot be read: such a call has arrived, is counted, and is refused. */
export interface ReadParams {
  params: CallParams;
  problem: GraphError | null;
}

export async function readRequestParams(request: IncomingMessage, query: URLSearchParams): Promise<ReadParams> {
  try {
    const body = request.method === 'GET' ? Buffer.alloc(0) : await readBody(request);
    return { params: await readCallParams(query, request.headers['content-type'] ?? '', body), problem: null };
  } catch (error) {
    const params = new CallParams(new Map(query));
    if (error instanceof BodyTooLargeError) return { params, problem: invalidParameter(error.message) };
    if (error instanceof GraphError) return { params, problem: error };
    throw error;
  }
}
