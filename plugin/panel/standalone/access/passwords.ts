import type { Changes } from '../../../changes/changes.js';
import { withHash } from '../../../changes/with-hash.js';
import type { Database } from '../../../database/database.js';
import { NotFoundError } from '../../../errors.js';
import type { Actor } from '../../../viewing/actor.js';
import type { AccountStore, KnownAccount } from '../../directory/account-store.js';
import { type LinkRow, linkOf, passwordPurposes } from '../sign-in-links.js';
import { PasswordChoice } from './password-choice.js';

interface PasswordsParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly accounts: AccountStore;
}

/** A link that can still be used, and its account. */
export interface GoodLink extends Pick<KnownAccount, 'account'> {
  readonly purpose: LinkRow['purpose'];
}

/** Passwords that are chosen with a link: from an invitation, or after forgetting another. */
export class Passwords {
  readonly choice: PasswordChoice;

  readonly #parts: PasswordsParts;

  constructor(parts: PasswordsParts) {
    this.#parts = parts;
    this.choice = new PasswordChoice(parts.accounts);
  }

  /** Looks at a link without using it up. */
  async find(token: string): Promise<GoodLink | undefined> {
    const link = await linkOf(this.#parts.db.knex, token, passwordPurposes).first();
    const known = link && (await this.#parts.accounts.knownById(link.account_id));
    return known === undefined || known.barred
      ? undefined
      : { purpose: link?.purpose ?? 'password', account: known.account };
  }

  /**
   * Uses up the link.
   *
   * @returns the account's ID, to sign in to.
   * @throws {NotFoundError} when the link cannot be used any more.
   * @throws {InvalidInputError} when the password is easy to guess; the link can still be used.
   */
  async choose(token: string, password: string, ip: string): Promise<number> {
    const found = await this.find(token);
    if (found === undefined) {
      throw new NotFoundError();
    }
    const { id, login } = found.account;
    const owner = { actorId: id, actor: login, actingAs: undefined, origin: ip };
    await withHash<Actor, unknown>(owner, password, (by, passwordHash) =>
      this.#parts.changes.carryOut(by, this.choice, (tx) => this.choice.read(tx, login, token), {
        password,
        passwordHash,
      }),
    );
    return id;
  }
}
