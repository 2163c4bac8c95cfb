import { createHash, randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { EmailAddress } from '../../addresses/index.js';
import type { Changes } from '../../database/changes.js';
import type { Database } from '../../database/database.js';
import { isDuplicate } from '../../database/database.js';
import { InvalidInputError } from '../../errors.js';
import { passwordMatches } from '../../passwords.js';
import type { RateLimits } from '../../web/rate-limits.js';
import type { AccountStore, KnownAccount } from '../directory/account-store.js';
import { about } from './accounts/words.js';

const linkLifetimeMs = 15 * 60 * 1000;
const windowMs = 15 * 60 * 1000;
const perAddress = { name: 'sign-in-address', most: 20, windowMs };
const perLogin = { name: 'sign-in-login', most: 10, windowMs };

/** The ways into the standalone panel. Each answers with the id of the account that may come in. */
export class SignIn {
  readonly #db: Database;
  readonly #changes: Changes;
  readonly #accounts: AccountStore;
  readonly #limits: RateLimits;

  constructor(parts: {
    readonly db: Database;
    readonly changes: Changes;
    readonly accounts: AccountStore;
    readonly limits: RateLimits;
  }) {
    this.#db = parts.db;
    this.#changes = parts.changes;
    this.#accounts = parts.accounts;
    this.#limits = parts.limits;
  }

  /**
   * @throws {InvalidInputError} without telling whether the login, the password or a suspension is the reason.
   * @throws {TooManyRequestsError}
   */
  async withPassword(login: string, password: string, ip: string): Promise<number> {
    const name = login.trim().toLowerCase();
    await this.#limits.assertBelow(perAddress, ip);
    await this.#limits.assertBelow(perLogin, name);

    const known = (await this.#accounts.knownByLogin(name)) ?? (await this.mailUser(name));
    const matches = await passwordMatches(password, known?.passwordHash);
    if (!matches || known === undefined || known.barred) {
      await this.#limits.count(perAddress, ip);
      await this.#limits.count(perLogin, name);
      await this.#recordRefusal(known, ip);
      throw new InvalidInputError({ password: { key: 'sign-in.refused' } });
    }
    await this.#limits.forget(perLogin, name);
    await this.#record(known, ip);
    return known.account.id;
  }

  /** The account of a link that is neither used nor 15 minutes old; using it takes it away. */
  async withLink(token: string, ip: string): Promise<number | undefined> {
    const known = await this.#redeem(token);
    if (known === undefined || known.barred) {
      return undefined;
    }
    await this.#record(known, ip);
    return known.account.id;
  }

  async #redeem(token: string): Promise<KnownAccount | undefined> {
    const accountId = await this.#db.transaction(async (tx) => {
      const link = await tx<{ account_id: number; token_hash: string }>('sign_in_links')
        .where({ token_hash: digest(token) })
        .andWhere('expires_at', '>', Date.now())
        .first();
      const taken = await tx('sign_in_links')
        .where({ token_hash: digest(token) })
        .delete();
      return taken === 1 ? link?.account_id : undefined;
    });
    return accountId === undefined ? undefined : await this.#accounts.knownById(accountId);
  }

  /** A new link's token, good for one sign-in within 15 minutes. */
  async createLink(accountId: number, tx: Knex = this.#db.knex): Promise<string> {
    const token = randomBytes(24).toString('base64url');
    await tx('sign_in_links').insert({
      token_hash: digest(token),
      account_id: accountId,
      expires_at: Date.now() + linkLifetimeMs,
    });
    return token;
  }

  /** A mailbox becomes an account when its user first signs in. */
  async mailUser(login: string): Promise<KnownAccount | undefined> {
    const mailbox = await this.#db
      .knex<{ id: number; address: string; display_name: string }>('mailboxes')
      .where({ address: addressIn(login) })
      .first();
    if (mailbox === undefined) {
      return undefined;
    }
    await this.#insertMailUser(mailbox);
    return await this.#accounts.knownByLogin(mailbox.address);
  }

  async #record(known: KnownAccount, ip: string): Promise<void> {
    const { id, login } = known.account;
    const actor = { actorId: id, actor: login, actingAs: undefined, origin: ip };
    await this.#changes.make(actor, ({ record }) =>
      record({ ...aboutKnown(known), action: 'sign-in.succeeded' }),
    );
  }

  /** Not for logins that do not exist: people type passwords into that field. */
  async #recordRefusal(known: KnownAccount | undefined, ip: string): Promise<void> {
    if (known !== undefined) {
      const stranger = { actorId: undefined, actor: ip, actingAs: undefined, origin: ip };
      await this.#changes.make(stranger, ({ record }) =>
        record({ ...aboutKnown(known), action: 'sign-in.failed' }),
      );
    }
  }

  async #insertMailUser(mailbox: {
    id: number;
    address: string;
    display_name: string;
  }): Promise<void> {
    try {
      await this.#accounts.insert(this.#db.knex, {
        role: 'mail-user',
        login: mailbox.address,
        name: mailbox.display_name || mailbox.address,
        email: mailbox.address,
        mailboxId: mailbox.id,
      });
    } catch (error) {
      if (!isDuplicate(error)) {
        throw error;
      }
    }
  }
}

function aboutKnown({ account, domain }: KnownAccount): ReturnType<typeof about> {
  return { ...about(account), ...domain };
}

function addressIn(login: string): string {
  try {
    return EmailAddress.parse(login).toString();
  } catch {
    return '';
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
