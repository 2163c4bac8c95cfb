import type { Database } from '../../../database/database.js';
import type { SeenHead } from './head-file.js';
import { type Leaf, type StoredEntry, idsIn, leafOf, rootOf, unpacked } from './leaves.js';
import { lateMs } from './sealer.js';
import { type Head, type Seal, chainOf, markText, noHead } from './seal.js';
import type { SealKeys } from './seal-keys.js';
import { SealStore } from './seal-store.js';

/** What is wrong with the log: an entry or a seal by its number, or several seals. */
export interface Finding {
  readonly kind:
    | 'edited'
    | 'removed'
    | 'added'
    | 'seal-changed'
    | 'seals-missing'
    | 'end-missing'
    | 'head-replaced'
    | 'mark-changed'
    | 'key-missing';
  readonly number: number;
  /** The last one, of several. */
  readonly to?: number;
}

export interface Verification {
  readonly sealed: number;
  readonly unsealed: number;
  readonly dropped: number;
  readonly seals: number;
  readonly head: SeenHead;
  readonly found: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
}

const sealsAtOnce = 10;
const entriesAtOnce = 1000;
const mostFindings = 1000;

interface VerifyingParts {
  readonly db: Database;
  readonly keys: SealKeys;
  readonly now: () => number;
}

/** Compares the log with its seals, part by part: memory does not grow with it. */
export class Verifying {
  readonly #parts: VerifyingParts;
  readonly #store: SealStore;
  readonly #findings: Finding[] = [];
  /** Unsealed entries between sealed ones: late ones get a later seal. */
  readonly #unmet = new Map<number, number>();
  #found = 0;
  #sealed = 0;
  #seals = 0;

  constructor(parts: VerifyingParts) {
    this.#parts = parts;
    this.#store = new SealStore(parts.db);
  }

  /** @param seen heads that were noted outside of the database. */
  async run(seen: readonly SeenHead[]): Promise<Verification> {
    const mark = await this.#store.mark();
    if (mark !== undefined) {
      this.#checkMac('mark-changed', mark, markText(mark));
    }
    const start = mark ?? noHead;
    const head = await this.#followChain(start, seen);
    this.#compareHeads(head, start, seen);
    const unsealed = (await this.#countUnsealed(head)) + this.#reportUnmet();
    return {
      sealed: this.#sealed,
      unsealed,
      dropped: mark?.entries ?? 0,
      seals: this.#seals,
      head: { number: head.number, chain: head.chain },
      found: this.#found,
      findings: this.#findings,
    };
  }

  async #followChain(start: Head, seen: readonly SeenHead[]): Promise<Head> {
    let last = start;
    for (;;) {
      const seals = await this.#store.after(last.number, sealsAtOnce);
      for (const seal of seals) {
        await this.#check(last, seal);
        if (seen.some(({ number, chain }) => number === seal.number && chain !== seal.chain)) {
          this.#report({ kind: 'head-replaced', number: seal.number });
        }
        last = { ...seal, up_to: Math.max(seal.up_to, last.up_to, highest(seal)) };
        this.#seals += 1;
      }
      if (seals.length < sealsAtOnce) {
        return last;
      }
    }
  }

  async #check(last: Head, seal: Seal): Promise<void> {
    const isNext = seal.number === last.number + 1;
    if (!isNext) {
      this.#report({
        kind: 'seals-missing',
        number: last.number + 1,
        to: seal.number - 1,
      });
    }
    const isWhole =
      rootOf(seal.leaves) === seal.root && (!isNext || chainOf(last.chain, seal) === seal.chain);
    if (!isWhole) {
      this.#report({ kind: 'seal-changed', number: seal.number });
    } else if (this.#checkMac('seal-changed', seal, seal.chain)) {
      // Nothing is known of the entries under missing seals.
      const after = isNext ? last.up_to : lowest(seal) - 1;
      await this.#compareEntries(Math.max(after, last.up_to), seal);
      return;
    }
    // Nor of those under a seal that does not hold.
    idsIn(seal.leaves).forEach((id) => this.#unmet.delete(id));
  }

  #checkMac(
    kind: Finding['kind'],
    sealed: Pick<Seal, 'number' | 'key_id' | 'mac'>,
    text: string,
  ): boolean {
    const matches = this.#parts.keys.matches(text, sealed);
    if (matches !== true) {
      this.#report({ kind: matches === undefined ? 'key-missing' : kind, number: sealed.number });
    }
    return matches === true;
  }

  async #compareEntries(after: number, seal: Seal): Promise<void> {
    const leaves = new Map(unpacked(seal.leaves).map((leaf) => [leaf.id, leaf]));
    const count = leaves.size;
    for await (const entry of this.#entriesBetween(after, seal.up_to)) {
      this.#compare(leaves, entry);
    }
    const late = [...leaves.keys()].filter((id) => id <= after);
    for (const entry of late.length === 0 ? [] : await this.#store.entries(late)) {
      this.#unmet.delete(Number(entry.id));
      this.#compare(leaves, entry);
    }
    this.#sealed += count;
    // What is missing may have been dropped meanwhile.
    if (leaves.size > 0 && !(await this.#isDropped(seal))) {
      for (const id of leaves.keys()) {
        this.#report({ kind: 'removed', number: id });
      }
    }
  }

  /** Takes the entry's leaf out of those of its seal. */
  #compare(leaves: Map<number, Leaf>, entry: StoredEntry): void {
    const { id, digest } = leafOf(entry);
    const leaf = leaves.get(id);
    if (leaf === undefined) {
      this.#unmet.set(id, Number(entry.at));
    } else if (!leaf.digest.equals(digest)) {
      this.#report({ kind: 'edited', number: id });
    }
    leaves.delete(id);
  }

  async *#entriesBetween(after: number, upTo: number): AsyncGenerator<StoredEntry> {
    for (let last = after; ;) {
      const entries = await this.#store.entriesAfter(last, upTo, entriesAtOnce);
      yield* entries;
      if (entries.length < entriesAtOnce) {
        return;
      }
      last = Number(entries.at(-1)?.id);
    }
  }

  async #isDropped({ number }: Seal): Promise<boolean> {
    return number <= ((await this.#store.mark())?.number ?? 0);
  }

  #compareHeads(head: Head, start: Head, seen: readonly SeenHead[]): void {
    const furthest = Math.max(0, ...seen.map(({ number }) => number));
    if (furthest > head.number) {
      this.#report({ kind: 'end-missing', number: head.number + 1, to: furthest });
    }
    for (const { number, chain } of seen) {
      if (number > 0 && number === start.number && chain !== start.chain) {
        this.#report({ kind: 'head-replaced', number });
      }
    }
  }

  async #countUnsealed({ up_to }: Head): Promise<number> {
    const row = await this.#parts.db
      .knex('audit_entries')
      .where('id', '>', up_to)
      .count({ n: '*' })
      .first();
    return Number(row?.['n'] ?? 0);
  }

  /** @returns how many of them may have been committed just now, and wait for their seal. */
  #reportUnmet(): number {
    const { db, now } = this.#parts;
    const recently = db.engine.supportsSharing ? now() - lateMs : Infinity;
    const waiting = [...this.#unmet].filter(([, at]) => at >= recently).map(([id]) => id);
    for (const [id, at] of this.#unmet) {
      if (at < recently) {
        this.#report({ kind: 'added', number: id });
      }
    }
    return waiting.length;
  }

  #report(finding: Finding): void {
    this.#found += 1;
    if (this.#findings.length < mostFindings) {
      this.#findings.push(finding);
    }
  }
}

function lowest({ leaves }: Seal): number {
  return idsIn(leaves).reduce((least, id) => Math.min(least, id), Infinity);
}

function highest({ leaves }: Seal): number {
  return idsIn(leaves).reduce((most, id) => Math.max(most, id), 0);
}
