import { ConnectionError, type ConnectionFailure } from './connection-error.js';

const bySystemCode: Readonly<Record<string, ConnectionFailure>> = {
  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
};

// https://docs.openssl.org/3.0/man1/openssl-verification-options/
const byTlsCode: Readonly<Record<string, ConnectionFailure>> = {
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-unknown-issuer',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-unknown-issuer',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-unknown-issuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-unknown-issuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-unknown-issuer',
};

/** The failure that an operating system's error code means for a connection. */
export function failureOfSystem(code: string): ConnectionFailure | undefined {
  return bySystemCode[code];
}

/** The failure that an error code of Node's TLS or of OpenSSL means. */
export function failureOfTls(code: string): ConnectionFailure | undefined {
  return byTlsCode[code];
}

/** The error itself if it is a `ConnectionError`, otherwise one for its code. */
export function toConnectionError(
  error: unknown,
  meaning: (code: string) => ConnectionFailure | undefined,
  otherwise: ConnectionFailure,
): ConnectionError {
  if (error instanceof ConnectionError) {
    return error;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new ConnectionError(meaning(code) ?? otherwise, { cause: error });
}
