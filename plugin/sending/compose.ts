import MailComposer from 'nodemailer/lib/mail-composer';
import { asTyped, encodeLookAlikes, namedAsTyped } from './look-alikes.js';
import type { MailContent, Party } from './outgoing-message.js';

/** The message in transport form (RFC 5322), with a date and a Message-ID. */
export async function compose(content: MailContent): Promise<Buffer> {
  const { from, to, cc = [], replyTo, subject, attachments = [], ...rest } = content;
  const node = new MailComposer({
    ...rest,
    subject: asTyped(subject),
    from: writtenParty(from),
    to: to.map(writtenParty),
    cc: cc.map(writtenParty),
    ...(replyTo && { replyTo: writtenParty(replyTo) }),
    attachments: attachments.map(namedAsTyped),
    // Content is literal, never a path or URL to load.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  encodeLookAlikes(node);
  return await node.build();
}

function writtenParty({ name = '', address }: Party): { name: string; address: string } {
  return { name, address: address.toString() };
}
