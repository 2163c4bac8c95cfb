import { Readable } from 'node:stream';
import type { EmailAddress } from '../addresses/index.js';

export interface Party {
  readonly name?: string;
  readonly address: EmailAddress;
}

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
  /** The name in `cid:…` links of the HTML. */
  readonly cid?: string;
}

/** The visible content. Any text is safe: none can end its header. */
export interface MailContent {
  readonly from: Party;
  readonly to: readonly Party[];
  readonly cc?: readonly Party[];
  readonly replyTo?: Party;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Other headers, whose names the caller chooses. */
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

const chunkBytes = 64 * 1024;

/** Hooks while a message is sent; if one throws, the end is never sent. */
export interface Phases {
  /** The server has asked for the message. */
  readonly beforeStart: () => void;
  /** Everything but the end has been written. */
  readonly beforeEnd: () => Promise<void>;
}

/** In chunks, so that the stream's end means that the connection has taken all of it. */
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
