import { hash } from 'node:crypto';

/** An entry as it is sealed: its ID, and the hash of all of its columns. */
export interface Leaf {
  readonly id: number;
  readonly digest: Buffer;
}

/** An entry as it is stored. */
export type StoredEntry = Readonly<Record<(typeof sealedColumns)[number], string | number | null>>;

/** Every column of an entry. What is added to the table later needs a new version of the text that is hashed. */
export const sealedColumns = [
  'id',
  'at',
  'actor_id',
  'actor',
  'acting_as',
  'origin',
  'action',
  'subject',
  'owner_id',
  'reseller_id',
  'group_id',
  'domain',
  'before',
  'after',
  'search_text',
] as const;

const digestBytes = 32;
const idBytes = 8;
const leafBytes = idBytes + digestBytes;

export function leafOf(entry: StoredEntry): Leaf {
  const values = sealedColumns.map((column) => {
    const value = entry[column];
    return value === null ? null : String(value);
  });
  return {
    id: Number(entry.id),
    digest: hash('sha256', `entry 1 ${JSON.stringify(values)}`, 'buffer'),
  };
}

/** As a seal stores them. */
export function packed(leaves: readonly Leaf[]): Buffer {
  return Buffer.concat(
    leaves.flatMap(({ id, digest }) => {
      const number = Buffer.alloc(idBytes);
      number.writeBigUInt64BE(BigInt(id));
      return [number, digest];
    }),
  );
}

export function unpacked(stored: Buffer): readonly Leaf[] {
  return Array.from({ length: Math.floor(stored.length / leafBytes) }, (_none, index) => {
    const leaf = stored.subarray(index * leafBytes, (index + 1) * leafBytes);
    return { id: Number(leaf.readBigUInt64BE()), digest: leaf.subarray(idBytes) };
  });
}

/** The IDs alone, which takes a tenth of the time. */
export function idsIn(stored: Buffer): readonly number[] {
  return Array.from({ length: Math.floor(stored.length / leafBytes) }, (_none, index) =>
    Number(stored.readBigUInt64BE(index * leafBytes)),
  );
}

/** The root of the hash tree over stored leaves (Merkle), in hexadecimal; RFC 6962 §2.1 separates leaves and nodes alike. */
export function rootOf(stored: Buffer): string {
  const level = Array.from({ length: Math.ceil(stored.length / leafBytes) }, (_none, index) =>
    node(0, stored.subarray(index * leafBytes, (index + 1) * leafBytes)),
  );
  return topOf(level).toString('hex');
}

function topOf(level: readonly Buffer[]): Buffer {
  const [first = node(0), ...others] = level;
  if (others.length === 0) {
    return first;
  }
  const pairs = Array.from({ length: Math.ceil(level.length / 2) }, (_none, index) => {
    const [left = first, right] = level.slice(index * 2, index * 2 + 2);
    return right === undefined ? left : node(1, left, right);
  });
  return topOf(pairs);
}

function node(kind: 0 | 1, ...parts: readonly Buffer[]): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from([kind]), ...parts]), 'buffer');
}
