import { createHmac, timingSafeEqual } from 'node:crypto';

/** The people behind a form: who signed in, and the account that they see, which is another while they act as it. */
export interface FormOwner {
  readonly actorId: number;
  readonly accountId: number;
}

const idDigits = 12;
const macDigits = 32;

/** Marks the forms of pages with their owner, who is still known when the session has ended. */
export class OwnerMarks {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** In hexadecimal digits. */
  of({ actorId, accountId }: FormOwner): string {
    const ids = [actorId, accountId].map((id) => id.toString(16).padStart(idDigits, '0')).join('');
    return ids + this.#mac(ids);
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
