import type { Knex } from 'knex';
import { type EmailAddress, withoutTag } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { shared } from '../../database/locks.js';
import type { Scope } from '../../viewing/scope.js';
import type { FieldError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import { hasOtherRecipients } from '../domain-mail/index.js';
import { goesRound, loopsTo } from './following.js';

/** A forwarding address, as far as the viewer may know it. */
export interface TargetFacts {
  readonly address: EmailAddress;
  readonly domain: DomainRow | undefined;
  /** Undefined if there is no such mailbox. */
  readonly isSuspended: boolean | undefined;
  /** Whether there is a mailbox or an alias. */
  readonly exists: boolean;
}

/** Which addresses mail can be forwarded to. */
export class Recipients {
  readonly #db: Database;
  readonly #domains: DomainStore;

  constructor(db: Database, domains: DomainStore) {
    this.#db = db;
    this.#domains = domains;
  }

  /**
   * Why mail cannot be forwarded to this address, if so. In the viewer's own domains, the address must exist and the
   * mail service be on, since accepted mail could only be returned. Other accounts' domains count as foreign, and
   * behind a redirected domain another server may know more addresses.
   *
   * @param tx to lock what it reads.
   */
  async targetRefusal(
    scope: Scope,
    target: EmailAddress,
    tx?: Knex,
  ): Promise<FieldError | undefined> {
    return targetRefusal(await this.target(scope, target, tx));
  }

  /** What decides whether mail can be forwarded to this address. */
  async target(scope: Scope, address: EmailAddress, tx?: Knex): Promise<TargetFacts> {
    const domain = await this.#domains.row(scope, address.domain.ascii, tx);
    if (domain === undefined) {
      return { address, domain, isSuspended: undefined, exists: false };
    }
    const stored = withoutTag(address.toString());
    const isSuspended = await this.#suspendedMailbox(stored, tx);
    const exists = isSuspended !== undefined || (await this.#aliasExists(stored, tx));
    return { address, domain, isSuspended, exists };
  }

  /** Which domains must not forward to this address, or mail would go round in circles. */
  async loopsTo(
    address: EmailAddress,
    db: Knex = this.#db.knex,
  ): Promise<(domain: string) => boolean> {
    return await loopsTo(db, address.toString());
  }

  /** Whether mail to this address would loop. Locks what it follows (FOR SHARE). */
  async goesRound(tx: Knex.Transaction, address: string): Promise<boolean> {
    return await goesRound(tx, address);
  }

  /** Undefined if there is no such mailbox. */
  async #suspendedMailbox(address: string, db: Knex = this.#db.knex): Promise<boolean | undefined> {
    const query = db<{ address: string; suspended: number }>('mailboxes').where({ address });
    const found = await shared(db, query).first('suspended');
    return found && found.suspended === 1;
  }

  async #aliasExists(address: string, db: Knex = this.#db.knex): Promise<boolean> {
    const query = db<{ address: string; id: number }>('aliases').where({ address });
    return (await shared(db, query).first('id')) !== undefined;
  }
}

export function targetRefusal(facts: TargetFacts): FieldError | undefined {
  return passingRefusal(facts) ?? lastingRefusal(facts);
}

/** Why no mail can be forwarded there for now. */
function passingRefusal({ address, domain, isSuspended }: TargetFacts): FieldError | undefined {
  if (domain === undefined) {
    return undefined;
  }
  if (domain.mail_enabled === 0 || domain.suspended === 1) {
    return {
      key: 'mailboxes.errors.target-domain-off',
      args: { domain: domain.utf8_name ?? domain.name },
    };
  }
  return isSuspended === true
    ? { key: 'mailboxes.errors.target-suspended', args: { address: address.toUnicode() } }
    : undefined;
}

/** Why no mail can be forwarded there, even once nothing is suspended any more. */
export function lastingRefusal({ address, domain, exists }: TargetFacts): FieldError | undefined {
  return domain === undefined || exists || hasOtherRecipients(domain)
    ? undefined
    : { key: 'mailboxes.errors.target-unknown', args: { address: address.toUnicode() } };
}
