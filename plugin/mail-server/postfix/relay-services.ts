import type { MailServerOptions } from '../options.js';

type Relays = MailServerOptions['relays'];

/** By `smtp_servers.security`. */
const securities: Readonly<Record<string, (relays: Relays) => string[]>> = {
  none: () => ['smtp_tls_security_level=none'],
  starttls: verified,
  tls: (relays) => ['smtp_tls_wrappermode=yes', ...verified(relays)],
};

/** By `smtp_servers.authentication`. */
const mechanisms: Readonly<Record<string, string | undefined>> = {
  none: undefined,
  login: 'plain,login',
  'cram-md5': 'cram-md5',
};

/** The look-up server's map with the logins of servers with this security and authentication. */
export function loginsMap(security: string, authentication: string): string {
  return `${security}-${authentication}`;
}

/** The look-up server's maps that check each record of a DNS reply, and each destination before connecting. */
export const guardMaps = { replies: 'dns-replies', destinations: 'destinations' };

/**
 * A delivery service for each combination of security and authentication: implicit TLS is set for a whole service, and
 * other destinations must not be offered logins. `postfix_sender_transport` contains their names.
 */
export function relayServices(
  relays: Relays,
): { readonly name: string; readonly settings: readonly string[] }[] {
  const services = Object.entries(securities).flatMap(([security, tls]) =>
    Object.entries(mechanisms).map(([authentication, mechanism]) => ({
      name: `relay-${security}-${authentication}`,
      settings: [
        ...guarded(relays),
        ...tls(relays),
        ...(mechanism === undefined
          ? []
          : login(loginsMap(security, authentication), mechanism, relays)),
      ],
    })),
  );
  return [...services, unconfirmed];
}

/**
 * Holds mail whose relay cannot be used for now: its host name never resolves. With `retry:`, smtpd(8) would refuse
 * recipients.
 */
const unconfirmed = {
  name: 'relay-unconfirmed',
  settings: [
    '{ smtp_delivery_status_filter = regexp:{{/./ 4.3.5 The SMTP server of the sending domain is not confirmed}} }',
  ],
};

/**
 * Checks relays at delivery, since Postfix resolves their names itself, perhaps to another address than when they were
 * confirmed. An address without a name bypasses the DNS filter, but not the look-up of its TLS policy, which precedes
 * the connection.
 */
function guarded({ lookups }: Relays): string[] {
  return [
    'smtp_host_lookup=dns',
    `smtp_dns_reply_filter=socketmap:unix:${lookups}:${guardMaps.replies}`,
    `smtp_tls_policy_maps=socketmap:unix:${lookups}:${guardMaps.destinations}`,
  ];
}

/** Requires a certificate for the relay's own name (RFC 8314 §5). */
function verified({ caFile }: Relays): string[] {
  return [
    'smtp_tls_security_level=secure',
    'smtp_tls_secure_cert_match=nexthop',
    `smtp_tls_CAfile=${caFile}`,
  ];
}

function login(map: string, mechanism: string, { lookups }: Relays): string[] {
  return [
    'smtp_sasl_auth_enable=yes',
    'smtp_sender_dependent_authentication=yes',
    `smtp_sasl_password_maps=socketmap:unix:${lookups}:${map}`,
    `smtp_sasl_mechanism_filter=${mechanism}`,
    'smtp_sasl_security_options=noanonymous',
  ];
}
