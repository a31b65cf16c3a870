/** The platform's word for what went wrong, from the innermost cause: ECONNREFUSED, UND_ERR_SOCKET, CERT_HAS_EXPIRED. */
export function codeOf(error: unknown): string {
  let code = 'unknown error';
  let inner = error;
  for (let depth = 0; depth < 5 && inner instanceof Error; depth++) {
    if ('code' in inner && typeof inner.code === 'string') code = inner.code;
    // Several addresses of one host may have failed; the first says enough.
    inner = inner instanceof AggregateError && inner.errors.length > 0 ? inner.errors[0] : inner.cause;
  }
  return code;
}

/**
 * Errors of the name look-up, the connection and the TLS handshake: the request had not been sent. ECONNRESET and
 * UND_ERR_SOCKET are not among them: they also come after it was.
 */
export function isBeforeSending(code: string): boolean {
  const known = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ];
  return (
    known.includes(code) || /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(code)
  );
}
