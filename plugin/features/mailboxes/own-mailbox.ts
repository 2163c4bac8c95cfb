import type { Changes } from '../../changes/changes.js';
import { agreed } from '../../changes/decision.js';
import { rehearse } from '../../changes/rehearsal.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Database } from '../../database/database.js';
import { InvalidInputError, NotFoundError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import { hashPassword, passwordMatches } from '../../secrets/passwords.js';
import { RateLimits } from '../../web/rate-limits.js';
import type { OwnPasswordForm } from './forms.js';
import {
  type MailProgramParts,
  type MailProgramSettings,
  forMailPrograms,
} from './mail-programs.js';
import type { Mailbox } from './mailbox.js';
import { type MailboxRow, MailboxStore, mailboxFrom } from './mailbox-store.js';
import { OwnPassword } from './own-password.js';

export interface OwnMailboxPage extends MailProgramSettings {
  readonly mailbox: Mailbox;
}

const guesses = { name: 'own-password', most: 10, windowMs: 15 * 60 * 1000 };

interface OwnMailboxParts extends MailProgramParts {
  readonly db: Database;
  readonly changes: Changes;
}

/** A mail user's view of their own mailbox. */
export class OwnMailbox {
  readonly password: OwnPassword;

  readonly #parts: OwnMailboxParts;
  readonly #store: MailboxStore;
  readonly #limits: RateLimits;

  constructor(parts: OwnMailboxParts) {
    this.#parts = parts;
    this.#store = new MailboxStore(parts.db);
    this.password = new OwnPassword(this.#store);
    this.#limits = new RateLimits(parts.db);
  }

  /** @throws {NotFoundError} unless the viewer is a mail user. */
  async page(viewer: Viewer): Promise<OwnMailboxPage> {
    const row = await this.#find(viewer);
    const domain = await this.#domainOf(row);
    if (domain === undefined) {
      throw new NotFoundError();
    }
    const mailbox = mailboxFrom(row);
    return { mailbox, ...(await forMailPrograms(this.#parts, domain, mailbox)) };
  }

  /**
   * Ends all sessions of the mail user, except one. The current password is checked last: that takes as long as a hash.
   *
   * @throws {InvalidInputError} also when the current password is wrong.
   * @throws {TooManyRequestsError}
   */
  async changePassword(viewer: Viewer, form: OwnPasswordForm, sessionId: string): Promise<void> {
    const row = await this.#find(viewer);
    const subject = { row, domain: await this.#domainOf(row) };
    const { password } = form;
    const change = async (by: Viewer, passwordHash: string): Promise<void> => {
      const wanted = { password, passwordHash, sessionId };
      const decision = agreed(this.password.decide(by, subject, wanted));
      await this.#parts.changes.make(by, (changing) => this.password.write(changing, decision));
    };
    await rehearse(viewer, (by) => change(by, ''));
    await this.#limits.attempt([[guesses, row.address]], async () => {
      if (!(await passwordMatches(form.current, row.password_hash))) {
        throw new InvalidInputError({ current: { key: 'own-mailbox.errors.current' } });
      }
    });
    await change(viewer, await hashPassword(password));
  }

  async #find(viewer: Viewer): Promise<MailboxRow> {
    const row = await this.#store.own(viewer.scope);
    if (row === undefined) {
      throw new NotFoundError();
    }
    return row;
  }

  async #domainOf(row: MailboxRow): Promise<DomainRow | undefined> {
    return await this.#parts.db.knex<DomainRow>('domains').where({ id: row.domain_id }).first();
  }
}
