import { setTimeout as sleep } from 'node:timers/promises';
import type { Changes, Changing } from '../../changes/changes.js';
import type { Entry } from '../../changes/entry.js';
import type { Database } from '../../database/database.js';
import { whereStorable } from '../../database/failures.js';
import { InvalidInputError } from '../../errors.js';
import { passwordMatches } from '../../secrets/passwords.js';
import { networkOf } from '../../web/network.js';
import type { LimitOf, RateLimits } from '../../web/rate-limits.js';
import type { AccountStore, KnownAccount } from '../directory/account-store.js';
import { AccessStore } from './access/access-store.js';
import { about } from './accounts/audit-fields.js';
import type { DeviceCookie, KnownDevices } from './known-devices.js';
import { nameIn } from './login-name.js';
import { MailUsers, type Newcomer } from './mail-users.js';
import { insertLink, linkOf } from './sign-in-links.js';
import { LinkRedemption } from './link-redemption.js';
import { strangerFrom } from './stranger.js';

const windowMs = 15 * 60 * 1000;
const perNetwork = { name: 'sign-in-network', most: 20, windowMs, outlivesSuccess: true };
const perLoginThere = { name: 'sign-in-login-there', most: 10, windowMs };
const perDevice = { name: 'sign-in-device', most: 10, windowMs };
/** From all networks together; only slows down, since refusing would lock the owner out. */
const perLogin = { name: 'sign-in-login', most: Infinity, windowMs, outlivesSuccess: true };

const undelayed = 10;
const shortestDelayMs = 500;
const longestDelayMs = 8000;

/** Where a sign-in comes from. */
export interface SignInOrigin {
  /** The client's IP address. */
  readonly ip: string;
  /** Finds a cookie of the request by its name. */
  readonly cookie?: (name: string) => string | undefined;
  /** Opens a session of the account. @returns what ends it again. */
  readonly open?: (accountId: number) => Promise<() => Promise<void>>;
}

interface SignInParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly accounts: AccountStore;
  readonly limits: RateLimits;
  readonly devices: KnownDevices;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** The ways to sign in to the standalone panel. Each returns the account's ID. */
export class SignIn {
  readonly redemption = new LinkRedemption();

  readonly #parts: SignInParts;
  readonly #pause: (ms: number) => Promise<unknown>;
  readonly #mailUsers: MailUsers;
  readonly #access: AccessStore;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#pause = parts.pause ?? sleep;
    this.#mailUsers = new MailUsers(parts);
    this.#access = new AccessStore(parts.db);
  }

  /**
   * Ten guesses at a login from one network block that network for the login for a while, and no other. Guesses from
   * many networks delay further attempts, by at most eight seconds. A known device counts separately.
   *
   * @throws {InvalidInputError} without telling whether the login, the password or a suspension is the reason.
   * @throws {TooManyRequestsError}
   */
  async withPassword(login: string, password: string, from: SignInOrigin): Promise<number> {
    const name = nameIn(login);
    const limits = await this.#limitsFor(name, from);
    const known = await this.#parts.limits.attempt(limits, async (hits) => {
      await this.#slowDown(hits[limits.findIndex(([limit]) => limit === perLogin)]);
      return await this.#withPassword(name, password, from.ip);
    });
    const accountId = await this.#enter(known, from);
    if (accountId === undefined) {
      throw refusal();
    }
    return accountId;
  }

  /** The cookie that makes a browser a known device after a sign-in. */
  async deviceCookie(accountId: number): Promise<DeviceCookie | undefined> {
    const known = await this.#parts.accounts.knownById(accountId);
    return known && this.#parts.devices.cookieFor(known);
  }

  async #limitsFor(name: string, { ip, cookie }: SignInOrigin): Promise<readonly LimitOf[]> {
    const known = cookie && (await this.#parts.accounts.knownByLogin(name));
    const device = cookie && known && this.#parts.devices.recognize(known, cookie);
    if (device !== undefined) {
      return [[perDevice, device]];
    }
    const network = networkOf(ip);
    return [
      [perNetwork, network],
      [perLoginThere, `${network} ${name}`],
      [perLogin, name],
    ];
  }

  /** Delays before checking the password, so that the response time does not reveal the result. */
  async #slowDown(hits = 0): Promise<void> {
    if (hits > undelayed) {
      await this.#pause(Math.min(shortestDelayMs * 2 ** (hits - undelayed - 1), longestDelayMs));
    }
  }

  async #withPassword(name: string, password: string, ip: string): Promise<KnownAccount> {
    const found =
      (await this.#parts.accounts.knownByLogin(name)) ?? (await this.#mailUsers.newcomer(name));
    const matches = await passwordMatches(password, found?.passwordHash);
    if (!matches || found === undefined || found.barred) {
      await this.#recordRefusal(found, ip);
      throw refusal();
    }
    const known = isNewcomer(found) ? await this.#mailUsers.admit(found, ip) : found;
    if (known === undefined) {
      throw refusal();
    }
    return { ...known, passwordHash: found.passwordHash };
  }

  /** Whether a link is valid, without using it up. */
  async isGoodLink(token: string): Promise<boolean> {
    const link = await linkOf(this.#parts.db.knex, token).first();
    const known = link && (await this.#parts.accounts.knownById(link.account_id));
    return known?.barred === false;
  }

  /** Signs in somebody who has just chosen a password with a link; undefined when it has been changed again. */
  async withNewPassword(accountId: number, from: SignInOrigin): Promise<number | undefined> {
    const known = await this.#parts.accounts.knownById(accountId);
    return known && (await this.#enter(known, from));
  }

  /** The account of a valid link, which is used up. */
  async withLink(token: string, from: SignInOrigin): Promise<number | undefined> {
    // Read first: a new password ends the link.
    const link = await linkOf(this.#parts.db.knex, token).first();
    const known = link && (await this.#parts.accounts.knownById(link.account_id));
    const accountId = await this.#parts.changes.attempt(
      strangerFrom(from.ip),
      this.redemption,
      (tx) => this.redemption.read(tx, token),
      undefined,
    );
    return accountId === undefined || known === undefined || known.barred
      ? undefined
      : await this.#enter(known, from);
  }

  /** A new link's token, valid for one sign-in within 15 minutes. */
  async createLink(accountId: number): Promise<string> {
    return await insertLink(this.#parts.db.knex, accountId);
  }

  /** The account of a mailbox, created if its user has never signed in. */
  async mailUser(address: string): Promise<KnownAccount | undefined> {
    const newcomer = await this.#mailUsers.newcomer(address);
    return newcomer && (await this.#mailUsers.admit(newcomer, 'cli'));
  }

  /**
   * Opens a session and records the sign-in, if the entry can be stored: a full disk must not lock anybody out. A new
   * password or a suspension ends the sessions that exist by then. So it is looked for once the session exists, with
   * locks: whoever signs in again and again with an old password would otherwise keep one.
   *
   * @returns undefined when the account can no longer sign in with the password.
   */
  async #enter(known: KnownAccount, { ip, open }: SignInOrigin): Promise<number | undefined> {
    const { id, login } = known.account;
    const end = await open?.(id);
    const actor = { actorId: id, actor: login, actingAs: undefined, origin: ip };
    try {
      await whereStorable(
        this.#parts.changes.make(actor, (changing) => this.#writeSuccess(changing, known)),
      );
    } catch (error) {
      await end?.();
      if (!(error instanceof InvalidInputError)) {
        throw error;
      }
      return undefined;
    }
    return id;
  }

  async #writeSuccess({ tx, record }: Changing, known: KnownAccount): Promise<void> {
    await this.#access.noteSignIn(tx, known.account.id);
    const now = await this.#parts.accounts.holdKnown(tx, known.account.id);
    if (now === undefined || now.barred || now.passwordHash !== known.passwordHash) {
      throw refusal();
    }
    await record({ ...aboutFound(known), action: 'sign-in.succeeded' });
  }

  /** Not for unknown logins: people type passwords into that field. */
  async #recordRefusal(found: KnownAccount | Newcomer | undefined, ip: string): Promise<void> {
    if (found !== undefined) {
      await whereStorable(
        this.#parts.changes.make(strangerFrom(ip), ({ record }) =>
          record({ ...aboutFound(found), action: 'sign-in.failed' }),
        ),
      );
    }
  }
}

function isNewcomer(found: KnownAccount | Newcomer): found is Newcomer {
  return 'mailboxId' in found;
}

function aboutFound(found: KnownAccount | Newcomer): Pick<Entry, 'subject' | 'ownerId'> {
  return isNewcomer(found)
    ? { subject: found.account.login, ...found.domain }
    : { ...about(found.account), ...found.domain };
}

function refusal(): InvalidInputError {
  return new InvalidInputError({ password: { key: 'sign-in.refused' } });
}
