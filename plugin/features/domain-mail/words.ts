import type { Fields } from '../../changes/changed-fields.js';
import type { MailSettings } from './mail-settings.js';

/** Settings as the audit log keeps them. */
export function inWords({ enabled, unknown, webmail, relayId }: MailSettings): Fields {
  const common = {
    mailEnabled: enabled,
    policy: unknown.policy,
    relay: relayId ?? null,
    webmail: webmail ?? null,
  };
  switch (unknown.policy) {
    case 'reject':
      return { ...common, rejectText: unknown.text ?? null };
    case 'bounce':
      return { ...common, bounceText: unknown.text };
    case 'forward':
      return { ...common, forwardTo: unknown.to.toString() };
    case 'redirect':
      return { ...common, redirectIp: unknown.ip.toString(), redirectPort: unknown.port };
  }
}
