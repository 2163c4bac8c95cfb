import { TooManyRequestsError } from '../errors.js';

/** An export that is being made. */
export interface Occupant {
  readonly accountId: number;
  /** What its client takes a second; `Infinity` until that can be told. */
  readonly bytesPerSecond: () => number;
  /** Ends it for another one. */
  readonly giveWay: () => void;
}

/** Each export has threads and connections of its own, and takes some 100 MB, of which a fifth is where SQLite is read. */
const mostPlaces = 4;
/** 1 Mbit/s. A slower client keeps its place only while nobody else needs it. */
export const leastToKeepPlace = 128_000;

/**
 * The places for exports in this process. The last one is for an account that has none. Where all are taken, such an
 * account gets the place of the slowest client, if that is slow.
 */
export class Places {
  readonly #occupants = new Set<Occupant>();

  /**
   * @returns what leaves the place again.
   * @throws {TooManyRequestsError} while there is none.
   */
  take(newcomer: Occupant): () => void {
    const hasOne = [...this.#occupants].some(({ accountId }) => accountId === newcomer.accountId);
    if (this.#occupants.size >= mostPlaces - (hasOne ? 1 : 0)) {
      this.#makeRoom(hasOne);
    }
    this.#occupants.add(newcomer);
    return () => this.#occupants.delete(newcomer);
  }

  #makeRoom(hasOne: boolean): void {
    const [slowest] = [...this.#occupants].toSorted(
      (one, other) => one.bytesPerSecond() - other.bytesPerSecond(),
    );
    if (hasOne || slowest === undefined || slowest.bytesPerSecond() >= leastToKeepPlace) {
      throw new TooManyRequestsError('exports.errors.busy');
    }
    this.#occupants.delete(slowest);
    slowest.giveWay();
  }
}

export const places = new Places();
