import { RefusedValueError, parsePort } from './setting-port.js';

const protocols = ['imap', 'imaps', 'pop3', 'pop3s', 'submission', 'submissions'] as const;

/**
 * A protocol's port for mail programs. Names ending in s use implicit TLS (RFC 8314); the others use STARTTLS, unless
 * the host has no certificate.
 */
export interface MailPort {
  readonly protocol: (typeof protocols)[number];
  readonly port: number;
  readonly isUnencrypted?: true;
}

/** How the setting says that a port offers no STARTTLS. */
export const unencrypted = 'unencrypted';

export function mailPortText({ protocol, port, isUnencrypted }: MailPort): string {
  return [protocol, port, ...(isUnencrypted === true ? [unencrypted] : [])].join(' ');
}

/** @throws {RefusedValueError} */
export function parseMailPort(text: string): MailPort {
  const [protocol, port = '', ...others] = text.toLowerCase().split(/\s+/);
  const known = protocols.find((each) => each === protocol);
  if (known === undefined || others.length > 1) {
    throw new RefusedValueError('settings.errors.mail-port');
  }
  const parsed: MailPort = { protocol: known, port: Number(parsePort(port)) };
  if (others.length === 0) {
    return parsed;
  }
  if (others[0] !== unencrypted || known.endsWith('s')) {
    throw new RefusedValueError('settings.errors.mail-port');
  }
  return { ...parsed, isUnencrypted: true };
}

/** The ports for mail programs of a rendered host, which offers no TLS without a certificate. */
export function mailPortsOf(
  ports: Readonly<Partial<Record<MailPort['protocol'], number>>>,
  hasCertificate: boolean,
): readonly MailPort[] {
  return protocols.flatMap((protocol) => {
    const port = ports[protocol];
    return port === undefined
      ? []
      : [{ protocol, port, ...(!hasCertificate && { isUnencrypted: true as const }) }];
  });
}
