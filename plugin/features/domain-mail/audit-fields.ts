import type { Fields } from '../../changes/changed-fields.js';
import type { MailSettings } from './mail-settings.js';
import { policyNamed } from './policies/index.js';

/** Settings as the audit log keeps them. */
export function auditFields({ enabled, unknown, webmail, relayId }: MailSettings): Fields {
  return {
    mailEnabled: enabled,
    policy: unknown.policy,
    relay: relayId ?? null,
    webmail: webmail ?? null,
    ...policyNamed(unknown.policy).entry(unknown),
  };
}
