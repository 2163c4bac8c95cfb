import { type ChangedFields, isChange } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import type { Entry } from '../../changes/entry.js';
import type { ServerForm } from './forms.js';
import type { SmtpServer } from './smtp-server.js';
import { auditFields } from './audit-fields.js';

/** Writes down what a form has changed, its password by itself: that one is never in the log. */
export async function recordChange(
  { record }: Changing,
  server: SmtpServer,
  {
    changed,
    form,
    version,
  }: {
    readonly changed: ChangedFields;
    readonly form: ServerForm;
    readonly version: number;
  },
): Promise<void> {
  const { id } = server;
  if (isChange(changed)) {
    await record({
      ...about(server),
      action: 'smtp-server.changed',
      before: changed.before,
      after: { id, ...changed.after, version },
    });
  }
  if (Object.keys(form.secret).length > 0) {
    await record({
      ...about(server),
      action: 'smtp-server.password-changed',
      after: { id, version },
    });
  }
}

/** What the audit log says of a server that is removed. */
export function removalOf(server: SmtpServer): Entry {
  return {
    ...about(server),
    action: 'smtp-server.removed',
    before: { id: server.id, ...auditFields(server) },
  };
}

/** A server as the audit log names it, and who may see the entry. */
export function about({
  title,
  ownerId,
  resellerId,
}: SmtpServer): Pick<Entry, 'subject' | 'ownerId' | 'resellerId'> {
  return { subject: title, ownerId, resellerId };
}
