import type { Knex } from 'knex';
import { bytesOf } from './bytes.js';
import type { Bytes, MessageContent, MessageText, NewContent } from './message.js';

/** The part with the texts and the list of attachments; attachments are the parts after it. */
const textPart = 0;

interface Piece {
  readonly part: number;
  readonly content: Buffer;
}

/** The stored parts of a message. */
export function partsOf(content: NewContent): readonly Bytes[] {
  const attachments = content.attachments.map(({ content: { bytes }, ...note }) => ({
    ...note,
    bytes,
  }));
  const text: MessageText = { ...content, attachments };
  return [
    bytesOf(Buffer.from(JSON.stringify(text))),
    ...content.attachments.map(({ content: bytes }) => bytes),
  ];
}

export async function insertParts(tx: Knex, id: number, parts: readonly Bytes[]): Promise<void> {
  for (const [part, bytes] of parts.entries()) {
    await insertPart(tx, { id, part }, bytes);
  }
}

/** The texts without the attachments; undefined once the content is deleted. */
export async function readText(db: Knex, id: number): Promise<MessageText | undefined> {
  return textIn(await pieces(db, { message_id: id, part: textPart }));
}

/** Undefined once the content is deleted. */
export async function readContent(db: Knex, id: number): Promise<MessageContent | undefined> {
  const all = await pieces(db, { message_id: id });
  const text = textIn(all);
  return (
    text && {
      ...text,
      attachments: text.attachments.map(({ bytes: _bytes, ...note }, index) => ({
        ...note,
        content: partIn(all, textPart + 1 + index),
      })),
    }
  );
}

async function pieces(
  db: Knex,
  of: { readonly message_id: number; readonly part?: number },
): Promise<readonly Piece[]> {
  return await db('message_parts')
    .select('part', 'content')
    .where(of)
    .orderBy(['part', 'position']);
}

function textIn(all: readonly Piece[]): MessageText | undefined {
  const bytes = partIn(all, textPart);
  if (bytes.length === 0) {
    return undefined;
  }
  const text: MessageText = JSON.parse(bytes.toString('utf8'));
  return text;
}

function partIn(all: readonly Piece[], part: number): Buffer {
  return Buffer.concat(all.filter((each) => each.part === part).map(({ content }) => content));
}

async function insertPart(
  tx: Knex,
  { id, part }: { readonly id: number; readonly part: number },
  bytes: Bytes,
): Promise<void> {
  let position = 0;
  for await (const content of bytes.read()) {
    if (content.length > 0) {
      await tx('message_parts').insert({ message_id: id, part, position, content });
      position += 1;
    }
  }
}
