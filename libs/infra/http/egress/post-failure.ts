import { AppError } from '#kernel/app-error';

/** Where a call ended that got no answer. */
export type PostFailureClass = 'egress_refused' | 'dns' | 'connect' | 'tls' | 'timeout' | 'reset' | 'invalid_response';

export interface PostFailure {
  readonly kind: 'failed';
  readonly failure: PostFailureClass;
  /** A sentence of ours: what the system says may name addresses inside. */
  readonly message: string;
}

const sentences: Record<Exclude<PostFailureClass, 'egress_refused'>, string> = {
  dns: 'The host name could not be resolved',
  connect: 'No connection could be made',
  tls: 'The TLS handshake failed',
  timeout: 'No answer came in time',
  reset: 'The connection was cut before an answer came',
  invalid_response: 'The answer is not valid HTTP',
};

/** Why a certificate was refused, by the code of OpenSSL or Node; any other failure of TLS is one of the handshake. */
const certificateFaults: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate comes from an issuer that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'The certificate comes from an issuer that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The certificate comes from an issuer that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate comes from an issuer that is not trusted',
  CERT_HAS_EXPIRED: 'The certificate has expired',
  CERT_NOT_YET_VALID: 'The certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another host name',
};

const byCode: Readonly<Record<string, PostFailureClass>> = {
  ENOTFOUND: 'dns', EAI_AGAIN: 'dns', ENODATA: 'dns', EAI_FAIL: 'dns', EAI_NODATA: 'dns', EAI_NONAME: 'dns',
  ECONNREFUSED: 'connect', EHOSTUNREACH: 'connect', ENETUNREACH: 'connect', EHOSTDOWN: 'connect', EADDRNOTAVAIL: 'connect', UND_ERR_CONNECT_TIMEOUT: 'connect',
  ETIMEDOUT: 'timeout', UND_ERR_ABORTED: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'invalid_response',
};

export function failureOf(error: unknown, isConnected: boolean): PostFailure {
  if (error instanceof AppError) return { kind: 'failed', failure: 'egress_refused', message: error.message };
  const failure = classOf(error, isConnected);
  return { kind: 'failed', failure, message: (failure === 'tls' ? certificateFaults[codeOf(error)] : undefined) ?? sentences[failure] };
}

/** The connection was there, and then the receiver cut it, or was silent, before TLS was. */
export const handshakeFailed: PostFailure = { kind: 'failed', failure: 'tls', message: sentences.tls };

export const outOfTime: PostFailure = { kind: 'failed', failure: 'timeout', message: sentences.timeout };

function classOf(error: unknown, isConnected: boolean): Exclude<PostFailureClass, 'egress_refused'> {
  const code = codeOf(error);
  const known = byCode[code];
  if (known !== undefined && known !== 'egress_refused') return known;
  if (/^HPE_/.test(code) || (error instanceof Error && error.name === 'HTTPParserError')) return 'invalid_response';
  if (/CERT|TLS|SSL|UNABLE_TO_|EPROTO/.test(code)) return 'tls';
  return isConnected ? 'reset' : 'connect';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
