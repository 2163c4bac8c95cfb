import { hash } from 'node:crypto';

/** A link of the chain, as it is stored. */
export interface Seal {
  /** From 1 on, without gaps. */
  readonly number: number;
  readonly at: number;
  readonly newest_at: number;
  readonly up_to: number;
  readonly leaves: Buffer;
  readonly root: string;
  readonly chain: string;
  readonly key_id: string;
  readonly mac: string;
}

/** The end of the chain so far. */
export type Head = Pick<Seal, 'number' | 'up_to' | 'chain'>;

/** What was dropped when its time was over: the chain goes on behind it. */
export interface DroppedMark extends Head {
  readonly newest_at: number;
  readonly entries: number;
  readonly key_id: string;
  readonly mac: string;
}

export const noHead: Head = { number: 0, up_to: 0, chain: '' };

/** What a seal's MAC covers, and with it all seals before it. Independent of the key, so that keys can be rotated. */
export function chainOf(
  before: string,
  { number, at, newest_at, up_to, root }: Omit<Seal, 'chain' | 'key_id' | 'mac' | 'leaves'>,
): string {
  const content = [before, number, at, newest_at, up_to, root].map(String);
  return hash('sha256', `seal 1 ${JSON.stringify(content)}`);
}

/** What the MAC of a mark covers. */
export function markText({
  number,
  up_to,
  newest_at,
  entries,
  chain,
}: Omit<DroppedMark, 'key_id' | 'mac'>): string {
  return `dropped 1 ${JSON.stringify([number, up_to, newest_at, entries, chain].map(String))}`;
}
