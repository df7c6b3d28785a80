import { AppError } from '#kernel/app-error';
import type { NetworkError } from '#networks/port/network-error';

/** What a caller who waits for the network is told of its failure. */
export function networkFailure(error: NetworkError): AppError {
  const code = error.facts.isTimeout ? 'network_timeout' : error.errorClass === 'rejected' ? 'network_refused' : 'network_failed';
  return new AppError(code, error.facts.message, { cause: error, details: networkFailureDetails(error) });
}

/** With the names of the API: `fbtrace_id` is what the network's support asks for. */
export function networkFailureDetails({ facts: { code, subcode, message, traceId, remedy } }: NetworkError): Record<string, unknown> {
  return { code, subcode, message, fbtrace_id: traceId, remedy };
}
