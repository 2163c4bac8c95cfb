import type { Knex } from 'knex';
import type { Changes } from '../../../changes/changes.js';
import { agreed } from '../../../changes/decision.js';
import { ForbiddenError, InvalidInputError, NotFoundError } from '../../../errors.js';
import { passwordMatches } from '../../../secrets/passwords.js';
import type { RateLimits } from '../../../web/rate-limits.js';
import { endSessions } from '../../../web/end-sessions.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore, KnownAccount } from '../../directory/account-store.js';
import type { DomainStore } from '../../directory/domain-store.js';
import type { PanelEvents } from '../../panel.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { hashNewPassword } from '../accounts/password.js';
import { about } from '../accounts/audit-fields.js';
import type { AppearanceForm, PasswordForm, ProfileForm } from './forms.js';
import { ProfileChange } from './profile-change.js';

const windowMs = 15 * 60 * 1000;
const perAccount = { name: 'own-password', most: 10, windowMs };

interface PreferencesParts {
  readonly changes: Changes;
  readonly accounts: AccountStore;
  readonly domains: DomainStore;
  readonly events: PanelEvents;
  readonly limits: RateLimits;
}

/** What people change about themselves. Acting as another account does not change whose preferences these are. */
export class Preferences {
  readonly profile: ProfileChange;

  readonly #parts: PreferencesParts;

  constructor(parts: PreferencesParts) {
    this.#parts = parts;
    this.profile = new ProfileChange(parts);
  }

  /** The account that signed in. @throws {NotFoundError} */
  async account(viewer: Viewer): Promise<Account> {
    return (await this.#known(viewer)).account;
  }

  async hasPassword(viewer: Viewer): Promise<boolean> {
    return (await this.#known(viewer)).passwordHash !== undefined;
  }

  /** Appearance concerns nobody else, so there is no audit entry. */
  async changeAppearance(viewer: Viewer, form: AppearanceForm): Promise<void> {
    const { id } = await this.account(viewer);
    await this.#parts.changes.make(viewer, ({ tx }) => this.#setAppearance(tx, id, form));
  }

  /**
   * @throws {ForbiddenError} for mail users, whose mailbox has their name, and while acting as another.
   * @throws {ConflictError} when somebody has changed the account since the form's version.
   */
  async changeProfile(viewer: Viewer, form: ProfileForm): Promise<void> {
    const { account } = await this.#own(viewer);
    const decision = agreed(this.profile.decide(viewer, account, form));
    await this.#parts.changes.make(viewer, async (changing) => {
      await this.profile.write(changing, decision);
      await this.#setAppearance(changing.tx, account.id, form);
    });
  }

  async #setAppearance(tx: Knex, id: number, { locale, theme }: AppearanceForm): Promise<void> {
    await this.#parts.accounts.setAppearance(tx, id, {
      ...(locale === undefined ? {} : { locale: locale === '' ? null : locale }),
      ...(theme === undefined ? {} : { theme }),
    });
  }

  /**
   * Ends every other session of the account.
   *
   * @throws {InvalidInputError} when the current password is not right, or the new one is easy to guess; an account
   * without one needs none.
   * @throws {ForbiddenError} @throws {TooManyRequestsError}
   */
  async changePassword(viewer: Viewer, form: PasswordForm, sessionId: string): Promise<void> {
    const { account, passwordHash } = await this.#own(viewer);
    if (passwordHash !== undefined) {
      await this.#assertRight(account, form.current, passwordHash);
    }
    const hash = await hashNewPassword(form.password, account.login);
    await this.#parts.changes.make(viewer, async ({ tx, record }) => {
      await this.#parts.accounts.setPassword(tx, account.id, hash);
      await endSessions(tx, account.id, sessionId);
      await record({ ...about(account), action: 'account.password-changed' });
    });
  }

  async #assertRight({ login }: Account, password: string, hash: string): Promise<void> {
    await this.#parts.limits.attempt([[perAccount, login]], async () => {
      if (!(await passwordMatches(password, hash))) {
        throw new InvalidInputError({ current: { key: 'preferences.errors.current' } });
      }
    });
  }

  async #own(viewer: Viewer): Promise<KnownAccount> {
    if (!mayChangeProfile(viewer)) {
      throw new ForbiddenError('preferences.errors.not-here');
    }
    return await this.#known(viewer);
  }

  async #known({ actorId }: Viewer): Promise<KnownAccount> {
    const known = await this.#parts.accounts.knownById(actorId ?? 0);
    if (known === undefined) {
      throw new NotFoundError();
    }
    return known;
  }
}

/** Mail users are changed with their mailboxes, and other accounts not while acting as them. */
export function mayChangeProfile(viewer: Viewer): boolean {
  return viewer.actingAs === undefined && viewer.role !== 'mail-user';
}
