import { AppError } from '#kernel/app-error';

/** Why a download failed, for programs; the sentence beside it is for people. */
export type UnreachableReason =
  | 'unknown_host' | 'connection_failed' | 'tls' | 'timeout' | 'http_status' | 'too_many_redirects' | 'invalid_response'
  | 'encoded' | 'too_large';

const sentences: Record<UnreachableReason, string> = {
  unknown_host: 'its host name does not exist',
  connection_failed: 'the connection failed or was cut',
  tls: 'its certificate is not trusted',
  timeout: 'it took too long',
  http_status: 'the server did not answer with the file',
  too_many_redirects: 'it redirects too often',
  invalid_response: 'the answer is not valid HTTP',
  encoded: 'the server sent it compressed although that was not asked for',
  too_large: 'it is too large',
};

/** `details` carries `reason` and `url` (without its query, which may hold a secret), and what else the place knows. */
export function unreachable(reason: UnreachableReason, url: URL, more: { details?: Record<string, unknown>; cause?: unknown } = {}): AppError {
  const shown = `${url.origin}${url.pathname}`;
  const status = more.details?.['status'];
  const sentence = typeof status === 'number' ? `the server answered ${status}` : sentences[reason];
  return new AppError('media_unreachable', `${shown} could not be fetched: ${sentence}`, {
    details: { reason, url: shown, ...more.details },
    cause: more.cause,
  });
}

/** What went wrong on the wire, by the error's code; an AppError (a refusal by the lookup) passes through. */
export function fromNetworkError(error: unknown, url: URL): AppError {
  if (error instanceof AppError) return error;
  return unreachable(reasonOf(error), url, { cause: error });
}

const reasons: Readonly<Record<string, UnreachableReason>> = {
  ENOTFOUND: 'unknown_host',
  EAI_AGAIN: 'unknown_host',
  ENODATA: 'unknown_host',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'invalid_response',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection_failed',
};

function reasonOf(error: unknown): UnreachableReason {
  if (!(error instanceof Error)) return 'connection_failed';
  if (error.name === 'TimeoutError') return 'timeout';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.name === 'HTTPParserError') return 'invalid_response';
  if (/CERT|TLS|SSL|UNABLE_TO_/.test(code)) return 'tls';
  return reasons[code] ?? 'connection_failed';
}
