import type { Database } from '../../../database/database.js';
import type { HeadFile } from './head-file.js';
import { type StoredEntry, idsIn, leafOf, packed, rootOf } from './leaves.js';
import { repeat } from './repeat.js';
import { type Head, chainOf } from './seal.js';
import type { SealKeys } from './seal-keys.js';
import { SealStore } from './seal-store.js';

const mostEntries = 500;
/** How many seals' entries are read between two turns of the event loop. */
const sealsAtOnce = 4;
/** How long after entries with higher IDs one may be committed, by another connection or node. */
export const lateMs = 60_000;

interface SealerParts {
  readonly db: Database;
  readonly keys: SealKeys;
  readonly headFile: HeadFile;
  readonly now: () => number;
  /** Entries under one seal, at most. */
  readonly size?: number;
}

/**
 * Seals entries, each exactly once, in any number of processes: a seal is a link of the chain by its number, which only
 * one of them can take. Entries never change, so they are read and hashed outside of the transaction.
 */
export class Sealer {
  readonly #parts: SealerParts;
  readonly #store: SealStore;
  readonly #size: number;

  constructor(parts: SealerParts) {
    this.#parts = parts;
    this.#size = parts.size ?? mostEntries;
    this.#store = new SealStore(parts.db);
  }

  /** Seals all entries that are not, in batches between which other work has its turn. */
  async seal(signal?: AbortSignal): Promise<void> {
    await repeat(() => this.#next(), signal);
    await this.#sealLate();
    await this.#noteHead();
  }

  /** @returns whether there may be more. */
  async #next(): Promise<boolean> {
    const head = await this.#store.head();
    const entries = await this.#store.entriesAfter(head.up_to, Number.MAX_SAFE_INTEGER, this.#size);
    if (entries.length === 0) {
      return false;
    }
    await this.#add(head, entries, Number(entries.at(-1)?.id));
    return true;
  }

  /** Seals entries that were committed after others with higher IDs: connections and nodes take IDs in advance. */
  async #sealLate(): Promise<void> {
    if (!this.#parts.db.engine.supportsSharing) {
      return;
    }
    const head = await this.#store.head();
    const late = await this.#lateIds(head);
    if (late.length > 0) {
      await this.#add(head, await this.#store.entries(late), head.up_to);
    }
  }

  /** In parts: there are many after a bulk change, and this thread answers pages. */
  async #lateIds(head: Head & { readonly at: number }): Promise<readonly number[]> {
    const { after, leaves } = await this.#store.since(head.at - lateMs);
    const known = await knownIn(leaves);
    const late: number[] = [];
    let last = after;
    await repeat(async () => {
      const size = this.#size * sealsAtOnce;
      const ids = await this.#store.idsBetween(last, head.up_to, size);
      late.push(...ids.filter((id) => !known.has(id)));
      last = ids.at(-1) ?? last;
      return ids.length === size && late.length < this.#size;
    });
    return late.slice(0, this.#size);
  }

  async #add(head: Head, entries: readonly StoredEntry[], upTo: number): Promise<void> {
    const leaves = packed(entries.map(leafOf));
    const seal = {
      number: head.number + 1,
      at: this.#parts.now(),
      newest_at: entries.reduce((newest, { at }) => Math.max(newest, Number(at)), 0),
      up_to: upTo,
      root: rootOf(leaves),
    };
    const chain = chainOf(head.chain, seal);
    await this.#store.add({ ...seal, leaves, chain, ...this.#parts.keys.sealed(chain) });
  }

  /** Unless the chain no longer holds the head that was noted: `relais audit verify` reports that. */
  async #noteHead(): Promise<void> {
    const { headFile } = this.#parts;
    const [head, noted] = [await this.#store.head(), headFile.read()];
    if (head.number === 0 || head.number === noted?.number) {
      return;
    }
    if (noted === undefined || (await this.#holds(noted))) {
      headFile.write(head);
    }
  }

  async #holds({ number, chain }: Pick<Head, 'number' | 'chain'>): Promise<boolean> {
    const seal = await this.#store.find(number);
    return seal === undefined
      ? number <= ((await this.#store.mark())?.number ?? 0)
      : seal.chain === chain;
  }
}

async function knownIn(leaves: readonly Buffer[]): Promise<ReadonlySet<number>> {
  const known = new Set<number>();
  let next = 0;
  await repeat(async () => {
    const some = leaves.slice(next, next + sealsAtOnce);
    some.flatMap(idsIn).forEach((id) => known.add(id));
    next += sealsAtOnce;
    return next < leaves.length;
  });
  return known;
}
