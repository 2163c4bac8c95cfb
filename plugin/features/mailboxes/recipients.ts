import type { EmailAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import type { Scope } from '../../database/scope.js';
import type { FieldError } from '../../errors.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';

/** Which addresses mail can be sent on to. */
export class Recipients {
  readonly #db: Database;
  readonly #domains: DomainStore;

  constructor(db: Database, domains: DomainStore) {
    this.#db = db;
    this.#domains = domains;
  }

  /**
   * Why mail must not be sent on to this address, if so. Within the viewer's own domains the address must exist and
   * its domain be on, for mail that was accepted could only be returned; what others host is the world outside.
   */
  async targetRefusal(scope: Scope, target: EmailAddress): Promise<FieldError | undefined> {
    const domain = await this.#domains.row(scope, target.domain.ascii);
    if (domain === undefined) {
      return undefined;
    }
    if (domain.mail_enabled === 0) {
      return { key: 'mailboxes.errors.target-domain-off', args: { domain: domain.name } };
    }
    return (await this.#exists(target.toString()))
      ? undefined
      : { key: 'mailboxes.errors.target-unknown', args: { address: target.toUnicode() } };
  }

  async #exists(address: string): Promise<boolean> {
    const [mailbox, alias] = await Promise.all([
      this.#db.knex('mailboxes').where({ address, suspended: 0 }).first('id'),
      this.#db.knex('aliases').where({ address }).first('id'),
    ]);
    return mailbox !== undefined || alias !== undefined;
  }
}
