import type { EndedListener } from '../../jobs/claims.js';
import { jobPath } from '../../jobs/job.js';
import type { MailKind } from '../../panel-mail/kind.js';
import type { PanelMail } from '../../panel-mail/panel-mail.js';

export const finishedMail: MailKind = {
  key: 'job-finished',
  feature: 'jobs',
  fields: ['title', 'state', 'done', 'total'],
  exact: ['title', 'state'],
  switchableBy: ['administrator', 'reseller', 'customer'],
};

/** Whoever waits less is still there. */
const longMs = 60_000;

/** Tells who started a long job that it has ended, unless they cancelled it. */
export function tellStarter(panelMail: PanelMail): EndedListener {
  return async (changing, { id, by, titleKey, state, createdAt, finishedAt = 0, done, total }) => {
    if (by.actorId === undefined || state === 'cancelled' || finishedAt - createdAt < longMs) {
      return;
    }
    await panelMail.queue(changing, {
      kind: finishedMail,
      accountId: by.actorId,
      fields: { title: titleKey, state, done, total },
      path: jobPath(id),
    });
  };
}
