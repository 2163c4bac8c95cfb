import { AddressError, EmailAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { InvalidInputError } from '../../errors.js';
import { type Outcome, route } from '../../mail-server/in-memory/route.js';
import type { Domain } from '../../panel/directory/domain.js';
import { type DomainStore, domainFrom } from '../../panel/directory/domain-store.js';
import type { Viewer } from '../../panel/viewer.js';
import { viewLookup } from './view-lookup.js';

/** What Postfix does with the next message to a recipient, as things are set now. */
export interface Trial {
  readonly recipient: EmailAddress;
  readonly outcome: Outcome;
}

export class Trials {
  readonly #db: Database;
  readonly #domains: DomainStore;

  constructor(db: Database, domains: DomainStore) {
    this.#db = db;
    this.#domains = domains;
  }

  /** @throws {NotFoundError} */
  async domain(viewer: Viewer, name: string): Promise<Domain> {
    return domainFrom(await this.#domains.require(viewer.scope, name));
  }

  /**
   * @param typed an address of the domain, or what stands before its `@`.
   * @throws {NotFoundError} @throws {InvalidInputError}
   */
  async of(viewer: Viewer, name: string, typed: string): Promise<Trial> {
    const domain = await this.domain(viewer, name);
    const recipient = recipientOf(domain, typed.trim());
    const outcome = await route(viewLookup(this.#db.knex, viewer.scope), recipient.toString());
    return { recipient, outcome };
  }
}

function recipientOf({ name, displayName }: Domain, typed: string): EmailAddress {
  try {
    const recipient = EmailAddress.parse(typed.includes('@') ? typed : `${typed}@${name}`);
    if (recipient.domain.ascii !== name) {
      throw new InvalidInputError({
        recipient: { key: 'domain-mail.errors.other-domain', args: { domain: displayName } },
      });
    }
    return recipient;
  } catch (error) {
    throw error instanceof AddressError
      ? new InvalidInputError({ recipient: { key: error.key } })
      : error;
  }
}
