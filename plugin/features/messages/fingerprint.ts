import { type Hash, createHash } from 'node:crypto';
import type { MessageForm } from './message-form.js';

/** Equal for equal messages, in whatever order their fields come. */
export async function fingerprintOf(form: MessageForm): Promise<string> {
  const { service, to, subject, text = null, html = null, attachments = [] } = form;
  const hash = createHash('sha256');
  // Digests the JSON of the whole message piece by piece.
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

/** Fields added later only count if present, so that earlier keys keep their messages. */
function laterFields({ cc = [], bcc = [], replyTo }: MessageForm): readonly unknown[] {
  return [...cc, ...bcc, replyTo].some(Boolean)
    ? [cc.map(String), bcc.map(String), replyTo?.toString() ?? null]
    : [];
}

function openList(items: readonly unknown[]): string {
  return JSON.stringify(items).slice(0, -1);
}
