import type { Fields } from '../../../changes/changed-fields.js';
import type { NewPlan } from '../../directory/plan-store.js';

/** The fields of a plan that audit entries record. */
export function auditFields(plan: NewPlan): Fields {
  return {
    name: plan.name,
    permissions: plan.permissions.join(', '),
    webmails: plan.webmails.join(', '),
    maxMailboxes: plan.maxMailboxes ?? null,
    maxAliases: plan.maxAliases ?? null,
    maxQuotaBytes: plan.maxQuotaBytes ?? null,
    maxMessages: plan.maxMessages ?? null,
    maxMessageBytes: plan.maxMessageBytes ?? null,
    maxSmtpServers: plan.maxSmtpServers ?? null,
  };
}
