import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { digest } from '../../digest.js';
import { EmailAddress } from '../../addresses/index.js';
import type { Change, Changes } from '../../database/changes.js';
import type { Database } from '../../database/database.js';
import { InvalidInputError } from '../../errors.js';
import { passwordMatches } from '../../passwords.js';
import type { RateLimits } from '../../web/rate-limits.js';
import type { AccountStore, KnownAccount } from '../directory/account-store.js';
import { about } from './accounts/words.js';
import { MailUsers, type Newcomer } from './mail-users.js';

const linkLifetimeMs = 15 * 60 * 1000;
const windowMs = 15 * 60 * 1000;
const perAddress = { name: 'sign-in-address', most: 20, windowMs, outlivesSuccess: true };
const perLogin = { name: 'sign-in-login', most: 10, windowMs };

/** The ways into the standalone panel. Each answers with the id of the account that may come in. */
export class SignIn {
  readonly #db: Database;
  readonly #changes: Changes;
  readonly #accounts: AccountStore;
  readonly #limits: RateLimits;
  readonly #mailUsers: MailUsers;

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
    this.#mailUsers = new MailUsers(parts);
  }

  /**
   * @throws {InvalidInputError} without telling whether the login, the password or a suspension is the reason.
   * @throws {TooManyRequestsError}
   */
  async withPassword(login: string, password: string, ip: string): Promise<number> {
    const name = nameIn(login);
    const limits = [[perAddress, ip] as const, [perLogin, name] as const];
    const known = await this.#limits.attempt(limits, () => this.#withPassword(name, password, ip));
    await this.#record(known, ip);
    return known.account.id;
  }

  async #withPassword(name: string, password: string, ip: string): Promise<KnownAccount> {
    const found =
      (await this.#accounts.knownByLogin(name)) ?? (await this.#mailUsers.newcomer(name));
    const matches = await passwordMatches(password, found?.passwordHash);
    if (!matches || found === undefined || found.barred) {
      await this.#recordRefusal(found, ip);
      throw refusal();
    }
    const known = isNewcomer(found) ? await this.#mailUsers.admit(found, ip) : found;
    if (known === undefined) {
      throw refusal();
    }
    return known;
  }

  /** Whether `withLink` would let somebody in. Asking changes nothing. */
  async isGoodLink(token: string): Promise<boolean> {
    const accountId = await linked(this.#db.knex, token);
    const known = accountId === undefined ? undefined : await this.#accounts.knownById(accountId);
    return known?.barred === false;
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
      const linkedId = await linked(tx, token);
      const taken = await tx('sign_in_links')
        .where({ token_hash: digest(token) })
        .delete();
      return taken === 1 ? linkedId : undefined;
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

  /** The account of a mailbox, which is made now if its user has never signed in. */
  async mailUser(address: string): Promise<KnownAccount | undefined> {
    const newcomer = await this.#mailUsers.newcomer(address);
    return newcomer && (await this.#mailUsers.admit(newcomer, 'cli'));
  }

  async #record(known: KnownAccount, ip: string): Promise<void> {
    const { id, login } = known.account;
    const actor = { actorId: id, actor: login, actingAs: undefined, origin: ip };
    await this.#changes.make(actor, ({ record }) =>
      record({ ...aboutFound(known), action: 'sign-in.succeeded' }),
    );
  }

  /** Not for logins that do not exist: people type passwords into that field. */
  async #recordRefusal(found: KnownAccount | Newcomer | undefined, ip: string): Promise<void> {
    if (found !== undefined) {
      const stranger = { actorId: undefined, actor: ip, actingAs: undefined, origin: ip };
      await this.#changes.make(stranger, ({ record }) =>
        record({ ...aboutFound(found), action: 'sign-in.failed' }),
      );
    }
  }
}

/** Whose link it is, while it is good. */
async function linked(db: Knex, token: string): Promise<number | undefined> {
  const link: { account_id: number } | undefined = await db('sign_in_links')
    .where({ token_hash: digest(token) })
    .andWhere('expires_at', '>', Date.now())
    .first('account_id');
  return link?.account_id;
}

function isNewcomer(found: KnownAccount | Newcomer): found is Newcomer {
  return 'mailboxId' in found;
}

function aboutFound(found: KnownAccount | Newcomer): Pick<Change, 'subject' | 'ownerId'> {
  return isNewcomer(found)
    ? { subject: found.account.login, ...found.domain }
    : { ...about(found.account), ...found.domain };
}

function refusal(): InvalidInputError {
  return new InvalidInputError({ password: { key: 'sign-in.refused' } });
}

/** A login as it is stored: of an address, in ASCII. */
function nameIn(login: string): string {
  try {
    return EmailAddress.parse(login).toString();
  } catch {
    return login.trim().toLowerCase();
  }
}
