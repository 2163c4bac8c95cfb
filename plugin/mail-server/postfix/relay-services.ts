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

/** What the look-up server is asked for: the logins of servers with this security and this way to log in. */
export function loginsMap(security: string, authentication: string): string {
  return `${security}-${authentication}`;
}

/** What the look-up server is asked for: each record of a DNS reply, and each destination before it is connected to. */
export const guardMaps = { replies: 'dns-replies', destinations: 'destinations' };

/**
 * A delivery service for each way to speak to a relay: TLS from the start is set for a whole service, and a login must
 * be out of the reach of what goes elsewhere. Their names are what `postfix_sender_transport` says.
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
 * Where mail waits whose relay is none for now: the name of its host is never found. `retry:` would do, had smtpd(8) not
 * refused recipients for it.
 */
const unconfirmed = {
  name: 'relay-unconfirmed',
  settings: [
    '{ smtp_delivery_status_filter = regexp:{{/./ 4.3.5 The SMTP server of the sending domain is not confirmed}} }',
  ],
};

/**
 * Postfix resolves a relay's name by itself, perhaps to something else than when it was confirmed. An address without a
 * name passes by the filter, but not by the look-up of what TLS it needs, which comes before the connection.
 */
function guarded({ lookups }: Relays): string[] {
  return [
    'smtp_host_lookup=dns',
    `smtp_dns_reply_filter=socketmap:unix:${lookups}:${guardMaps.replies}`,
    `smtp_tls_policy_maps=socketmap:unix:${lookups}:${guardMaps.destinations}`,
  ];
}

/** The certificate must be for the very name that the relay is known by (RFC 8314 §5). */
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
