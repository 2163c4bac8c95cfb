import { TooManyRequestsError } from '../errors.js';

/** An export in progress. */
export interface Occupant {
  readonly accountId: number;
  /** Its client's bytes per second; `Infinity` until known. */
  readonly bytesPerSecond: () => number;
  /** Ends it in favour of another. */
  readonly giveWay: () => void;
}

/** Each export has its own threads and connections and takes some 100 MB, a fifth of which reads SQLite. */
const mostPlaces = 4;
/** 1 Mbit/s. A slower client keeps its place only while nobody else needs it. */
export const leastToKeepPlace = 128_000;

/**
 * The places for exports in this process. The last one is reserved for an account that has none. If all are taken, such
 * an account gets the place of the slowest client, if that is slow.
 */
export class Places {
  readonly #occupants = new Set<Occupant>();

  /**
   * @returns a function that leaves the place.
   * @throws {TooManyRequestsError} if none is free.
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
