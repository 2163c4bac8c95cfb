import { createHmac, timingSafeEqual } from 'node:crypto';
import { RecentlyUsed } from '../../runtime/recently-used.js';

/** The people behind a form: who signed in, and the account that they see, which is another while they act as it. */
export interface FormOwner {
  readonly actorId: number;
  readonly accountId: number;
}

const idDigits = 12;
const macDigits = 32;
/** Each page has one. */
const mostKept = 1000;

/** Marks the forms of pages with their owner, who is still known when the session has ended. */
export class OwnerMarks {
  readonly #key: string;
  readonly #marks = new RecentlyUsed<string>(mostKept);

  constructor(key: string) {
    this.#key = key;
  }

  /** In hexadecimal digits. */
  of({ actorId, accountId }: FormOwner): string {
    return this.#marks.of(`${actorId} ${accountId}`, () => {
      const ids = [actorId, accountId].map(digitsOf).join('');
      return ids + this.#mac(ids);
    });
  }

  /** Undefined unless the mark is one of ours. */
  ownerIn(mark: string): FormOwner | undefined {
    const ids = mark.slice(0, 2 * idDigits);
    const [given, right] = [Buffer.from(mark.slice(2 * idDigits)), Buffer.from(this.#mac(ids))];
    if (given.length !== right.length || !timingSafeEqual(given, right)) {
      return undefined;
    }
    return {
      actorId: Number.parseInt(ids.slice(0, idDigits), 16),
      accountId: Number.parseInt(ids.slice(idDigits), 16),
    };
  }

  #mac(ids: string): string {
    return createHmac('sha256', this.#key).update(ids).digest('hex').slice(0, macDigits);
  }
}

function digitsOf(id: number): string {
  return id.toString(16).padStart(idDigits, '0');
}
