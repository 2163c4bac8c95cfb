import type { Changing } from '../../changes/changes.js';
import type { MailKind } from '../../panel-mail/kind.js';
import type { PanelMail } from '../../panel-mail/panel-mail.js';
import type { Claimed } from './claims.js';
import { panelService } from './message.js';

export const givenUpMail: MailKind = {
  key: 'given-up',
  feature: 'messages',
  fields: ['subject', 'recipient'],
  exact: ['recipient'],
  switchableBy: ['administrator', 'reseller', 'customer'],
};

const dayMs = 24 * 60 * 60 * 1000;

/** Runs in the transaction that gives a message up after its attempts. */
export type GivenUpListener = (changing: Pick<Changing, 'tx'>, message: Claimed) => Promise<void>;

/** Tells an account of its first message that is given up in a day. A mail of the panel never leads to another. */
export function tellOwner(panelMail: PanelMail): GivenUpListener {
  return async (changing, { ownerId, service, subject, waiting: [recipient = ''] }) => {
    if (service === panelService) {
      return;
    }
    await panelMail.queue(changing, {
      kind: givenUpMail,
      accountId: ownerId,
      fields: { subject, recipient },
      path: '/messages?state=failed',
      pauseMs: dayMs,
    });
  };
}
