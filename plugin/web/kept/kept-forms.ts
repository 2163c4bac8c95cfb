import { randomBytes } from 'node:crypto';
import type { Database } from '../../database/database.js';
import { cannotStore, whereStorable } from '../../database/failures.js';
import { digest } from '../../secrets/digest.js';
import type { SecretPlace, Secrets } from '../../secrets/secrets.js';
import { keptMs } from './ended-kept-forms.js';
import type { FormOwner } from './form-owner.js';

const mostOfOnePerson = 5;
/** Of one form, with its file in base64. */
const mostCharacters = 700_000;

/** Fields of a submitted form by name, as they arrived. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** A submitted form that could not be processed yet. */
export interface KeptForm {
  readonly fields: FormFields;
  /** Uploaded files by field, in base64. */
  readonly files: Readonly<Record<string, string>>;
  /** Fields that were filled and are never kept: a password that proves who is there must be typed by whoever is. */
  readonly omitted: readonly string[];
}

interface KeptRow {
  readonly token_hash: string;
  readonly actor_id: number;
  readonly account_id: number;
  readonly content: string;
  readonly expires_at: number;
}

/**
 * Submitted forms of people whose session had ended, and secrets and files of refused ones: encrypted, for an hour, a
 * few for each person, for the same person and page alone. They are only ever shown again, never submitted.
 */
export class KeptForms {
  readonly #db: Database;
  readonly #secrets: Secrets;

  constructor(db: Database, secrets: Secrets) {
    this.#db = db;
    this.#secrets = secrets;
  }

  /**
   * @param path of its page, below the mount point.
   * @returns a token; undefined if the form is too large, its owner can no longer sign in, or nothing can be stored.
   */
  async keep(owner: FormOwner, path: string, form: KeptForm): Promise<string | undefined> {
    const text = JSON.stringify(form);
    if (text.length > mostCharacters) {
      return undefined;
    }
    const token = randomBytes(24).toString('base64url');
    const row: KeptRow = {
      token_hash: digest(token),
      actor_id: owner.actorId,
      account_id: owner.accountId,
      content: this.#secrets.seal(text, placeOf(owner, path, token)),
      expires_at: Date.now() + keptMs,
    };
    try {
      return (await this.#insert(row)) ? token : undefined;
    } catch (error) {
      if (!cannotStore(error)) {
        throw error;
      }
      return undefined;
    }
  }

  /** A person's form for a page; undefined if there is none any more. */
  async find(owner: FormOwner, path: string, token: string): Promise<KeptForm | undefined> {
    const { actorId, accountId } = owner;
    const row = await this.#rows(token)
      .andWhere({ actor_id: actorId, account_id: accountId })
      .andWhere('expires_at', '>', Date.now())
      .first();
    return row && this.#open(row.content, placeOf(owner, path, token));
  }

  async ownerOf(token: string): Promise<FormOwner | undefined> {
    const row = await this.#rows(token).andWhere('expires_at', '>', Date.now()).first();
    return row && { actorId: row.actor_id, accountId: row.account_id };
  }

  /** Another person's form stays. */
  async forget({ actorId, accountId }: FormOwner, token: string): Promise<void> {
    const removal = async (): Promise<void> => {
      await this.#rows(token).andWhere({ actor_id: actorId, account_id: accountId }).delete();
    };
    await whereStorable(removal());
  }

  /** @returns false if the owner was suspended or removed: the mark of a form outlives its account. */
  async #insert(row: KeptRow): Promise<boolean> {
    return await this.#db.transaction(async (tx) => {
      const owner = tx('accounts').where({ id: row.actor_id, suspended: 0 });
      if ((await owner.forUpdate().first('id')) === undefined) {
        return false;
      }
      await tx<KeptRow>('kept_forms').insert(row);
      const surplus = await tx<KeptRow>('kept_forms')
        .where({ actor_id: row.actor_id })
        .orderBy('expires_at', 'desc')
        .offset(mostOfOnePerson)
        .limit(mostOfOnePerson)
        .pluck('token_hash');
      await tx<KeptRow>('kept_forms').whereIn('token_hash', surplus).delete();
      return true;
    });
  }

  /** Undefined if it was kept for another page, or its key is gone. */
  #open(content: string, place: SecretPlace): KeptForm | undefined {
    try {
      return JSON.parse(this.#secrets.open(content, place));
    } catch {
      return undefined;
    }
  }

  #rows(token: string) {
    return this.#table().where({ token_hash: digest(token) });
  }

  #table() {
    return this.#db.knex<KeptRow>('kept_forms');
  }
}

function placeOf({ actorId }: FormOwner, path: string, token: string): SecretPlace {
  return { table: 'kept_forms', row: actorId, column: `${digest(token)} ${path}` };
}
