import type { Fields } from '../../changes/changed-fields.js';
import type { MailSettings } from './mail-settings.js';
import { policyNamed } from './policies/index.js';

/** Settings as the audit log keeps them. */
export function auditFields({
  enabled,
  unknown,
  webmail,
  relayId,
  limitPerHour,
}: MailSettings): Fields {
  return {
    mailEnabled: enabled,
    policy: unknown.policy,
    relay: relayId ?? null,
    limitPerHour: limitPerHour ?? null,
    webmail: webmail ?? null,
    ...policyNamed(unknown.policy).entry(unknown),
  };
}
