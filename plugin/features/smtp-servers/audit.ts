import { type ChangedFields, isChange } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import type { Entry } from '../../changes/entry.js';
import type { ServerForm } from './forms.js';
import type { SmtpServer } from './smtp-server.js';
import { auditFields } from './audit-fields.js';

/** Records a form's changes. A new password gets an entry of its own and is never in the log. */
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

/** The audit entry of a removal. */
export function removalOf(server: SmtpServer): Entry {
  return {
    ...about(server),
    action: 'smtp-server.removed',
    before: { id: server.id, ...auditFields(server) },
  };
}

/** The subject of an audit entry about a server, and who may see the entry. */
export function about({
  title,
  ownerId,
  resellerId,
}: SmtpServer): Pick<Entry, 'subject' | 'ownerId' | 'resellerId'> {
  return { subject: title, ownerId, resellerId };
}
