import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { EmailAddress } from '../addresses/index.js';
import { asTyped, encodeLookAlikes, namedAsTyped } from './look-alikes.js';

export interface Party {
  readonly name?: string;
  readonly address: EmailAddress;
}

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
  /** By which the HTML names it, as `cid:…`. */
  readonly cid?: string;
}

/** What its readers see. Any text is safe here: none can end its header. */
export interface MailContent {
  readonly from: Party;
  readonly to: readonly Party[];
  readonly cc?: readonly Party[];
  readonly replyTo?: Party;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Other headers, whose names the program chooses. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly Attachment[];
}

export interface OutgoingMessage {
  readonly envelope: {
    /** Undefined is the null sender, to which nothing is ever returned (RFC 5321 §4.5.5). */
    readonly from: EmailAddress | undefined;
    readonly to: readonly EmailAddress[];
  };
  readonly content: MailContent;
}

/** The message as it travels (RFC 5322), with a date and an id. */
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
    // A content is what it says, never the path or address of another.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  encodeLookAlikes(node);
  return await node.build();
}

const chunkBytes = 64 * 1024;

/** What is done while a message is on its way; when it throws, the end never comes. */
export interface Phases {
  /** Once the server has asked for the message. */
  readonly beforeStart: () => void;
  /** Once all but the end has been taken. */
  readonly beforeEnd: () => Promise<void>;
}

/** In pieces, so that the stream's end tells that the connection has taken all of it. */
export function streamOf(message: Buffer, phases: Phases): Readable {
  return Readable.from(piecesOf(message, phases), { highWaterMark: 1 });
}

async function* piecesOf(
  message: Buffer,
  { beforeStart, beforeEnd }: Phases,
): AsyncGenerator<Buffer, void> {
  beforeStart();
  for (let start = 0; start < message.length; start += chunkBytes) {
    yield message.subarray(start, start + chunkBytes);
  }
  await beforeEnd();
}

function writtenParty({ name = '', address }: Party): { name: string; address: string } {
  return { name, address: address.toString() };
}
