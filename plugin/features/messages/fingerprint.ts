import { type Hash, createHash } from 'node:crypto';
import type { MessageForm } from './message-form.js';

/** The same for the same message, in whatever order its fields come. */
export async function fingerprintOf(form: MessageForm): Promise<string> {
  const { service, to, subject, text = null, html = null, attachments = [] } = form;
  const hash = createHash('sha256');
  // The digest is of the JSON that all of it would make together.
  hash.update(openList([service, to.map(String), subject, text, html]));
  hash.update(',[');
  for (const [index, attachment] of attachments.entries()) {
    hash.update(index === 0 ? '' : ',');
    await addAttachment(hash, attachment);
  }
  hash.update(']');
  for (const each of laterFields(form)) {
    hash.update(`,${JSON.stringify(each)}`);
  }
  return hash.update(']').digest('hex');
}

async function addAttachment(
  hash: Hash,
  { filename, contentType, content, contentId }: Attachment,
): Promise<void> {
  hash.update(`${openList([filename, contentType])},"`);
  for await (const piece of content.read()) {
    hash.update(piece.toString('base64'));
  }
  hash.update(`",${JSON.stringify(contentId ?? null)}]`);
}

type Attachment = NonNullable<MessageForm['attachments']>[number];

/** What came later counts where it is there, so that keys from before keep their messages. */
function laterFields({ cc = [], bcc = [], replyTo }: MessageForm): readonly unknown[] {
  return [...cc, ...bcc, replyTo].some(Boolean)
    ? [cc.map(String), bcc.map(String), replyTo?.toString() ?? null]
    : [];
}

function openList(items: readonly unknown[]): string {
  return JSON.stringify(items).slice(0, -1);
}
