import type { Changes } from '../../../changes/changes.js';
import { agreed } from '../../../changes/decision.js';
import { rehearse } from '../../../changes/rehearsal.js';
import { InvalidInputError, NotFoundError } from '../../../errors.js';
import { hashPassword, passwordMatches } from '../../../secrets/passwords.js';
import type { RateLimits } from '../../../web/rate-limits.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore, KnownAccount } from '../../directory/account-store.js';
import type { DomainStore } from '../../directory/domain-store.js';
import type { PanelEvents } from '../../panel.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { AppearanceChange } from './appearance-change.js';
import type { AppearanceForm, PasswordForm, ProfileForm } from './forms.js';
import { PasswordChange } from './password-change.js';
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
  readonly appearance: AppearanceChange;
  readonly profile: ProfileChange;
  readonly password: PasswordChange;

  readonly #parts: PreferencesParts;

  constructor(parts: PreferencesParts) {
    this.#parts = parts;
    this.appearance = new AppearanceChange(parts);
    this.profile = new ProfileChange(parts);
    this.password = new PasswordChange(parts);
  }

  /** The account that signed in. @throws {NotFoundError} */
  async account(viewer: Viewer): Promise<Account> {
    return (await this.#known(viewer)).account;
  }

  async hasPassword(viewer: Viewer): Promise<boolean> {
    return (await this.#known(viewer)).passwordHash !== undefined;
  }

  /** @throws {NotFoundError} */
  async changeAppearance(viewer: Viewer, form: AppearanceForm): Promise<void> {
    const account = await this.account(viewer);
    await this.#parts.changes.carryOut(viewer, this.appearance, async () => account, form);
  }

  /**
   * @throws {ForbiddenError} for mail users, whose mailbox has their name, and while acting as another.
   * @throws {ConflictError} when somebody has changed the account since the form's version.
   */
  async changeProfile(viewer: Viewer, form: ProfileForm): Promise<void> {
    const account = await this.account(viewer);
    const profile = agreed(this.profile.decide(viewer, account, form));
    const appearance = agreed(this.appearance.decide(viewer, account, form));
    await this.#parts.changes.make(viewer, async (changing) => {
      await this.profile.write(changing, profile);
      await this.appearance.write(changing, appearance);
    });
  }

  /**
   * Ends every other session of the account. The current password is checked last: that takes as long as a hash.
   *
   * @throws {InvalidInputError} when the current password is not right, or the new one is easy to guess; an account
   * without one needs none.
   * @throws {ForbiddenError} @throws {TooManyRequestsError}
   */
  async changePassword(viewer: Viewer, form: PasswordForm, sessionId: string): Promise<void> {
    const { account, passwordHash: current } = await this.#known(viewer);
    const { password } = form;
    const change = async (by: Viewer, passwordHash: string): Promise<void> => {
      const wanted = { password, passwordHash, sessionId };
      await this.#parts.changes.carryOut(by, this.password, async () => account, wanted);
    };
    await rehearse(viewer, (by) => change(by, ''));
    if (current !== undefined) {
      await this.#assertRight(account, form.current, current);
    }
    await change(viewer, await hashPassword(password));
  }

  async #assertRight({ login }: Account, password: string, hash: string): Promise<void> {
    await this.#parts.limits.attempt([[perAccount, login]], async () => {
      if (!(await passwordMatches(password, hash))) {
        throw new InvalidInputError({ current: { key: 'preferences.errors.current' } });
      }
    });
  }

  async #known({ actorId }: Viewer): Promise<KnownAccount> {
    const known = await this.#parts.accounts.knownById(actorId ?? 0);
    if (known === undefined) {
      throw new NotFoundError();
    }
    return known;
  }
}
