import { AddressError, DomainName, EmailAddress, readable } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { InvalidInputError } from '../../errors.js';
import { type Outcome, route } from '../../mail-server/routing/route.js';
import type { Domain } from '../../panel/directory/domain.js';
import { type DomainStore, domainFrom } from '../../panel/directory/domain-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import { viewLookup } from './view-lookup.js';

/** What Postfix does with the next message to a recipient, with the current settings. */
export interface Trial {
  /** As typed, since Postfix does not find every form; in U-labels if only the local part was typed. */
  readonly recipient: string;
  readonly outcome: Outcome;
  /** The viewer's domains among those that the message is sent on to; all of them for viewers who see everything. */
  readonly known: ReadonlySet<string>;
}

interface TrialsParts {
  readonly db: Database;
  readonly domains: DomainStore;
}

export class Trials {
  readonly #parts: TrialsParts;

  constructor(parts: TrialsParts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} */
  async domain(viewer: Viewer, name: string): Promise<Domain> {
    return domainFrom(await this.#parts.domains.require(viewer.scope, name));
  }

  /**
   * @param typed an address of the domain in any SMTP form, or only its local part.
   * @throws {NotFoundError}
   * @throws {InvalidInputError}
   */
  async of(viewer: Viewer, name: string, typed: string): Promise<Trial> {
    const domain = await this.domain(viewer, name);
    const written = typed.trim();
    const recipient = recipientOf(domain, written);
    const outcome = await route(viewLookup(this.#parts.db.knex, viewer.scope), recipient);
    return {
      recipient: written.includes('@') ? recipient : readable(recipient),
      outcome,
      known: await this.#known(viewer, outcome),
    };
  }

  async #known(viewer: Viewer, outcome: Outcome): Promise<ReadonlySet<string>> {
    const outside = outcome.kind === 'accepted' ? outcome.deliveries : [];
    const names = outside.flatMap((each) => (each.to === 'mx' ? [domainIn(each.recipient)] : []));
    if (viewer.scope.kind === 'all') {
      return new Set(names);
    }
    const rows = await Promise.all(
      names.map((each) => this.#parts.domains.row(viewer.scope, each)),
    );
    return new Set(rows.flatMap((row) => (row === undefined ? [] : [row.name])));
  }
}

/** A local part or a quoted string, possibly with a source route (RFC 5321 §4.1.2). */
const path =
  /^(?:@[^\s@:]+(?:,@[^\s@:]+)*:)?(?:[^\s"\\<>()[\],;:@]+|"(?:[^"\\\p{Cc}]|\\[ -~])+")@([^\s"<>()]+)$/u;

/** @throws {InvalidInputError} if it is no address of the domain in any form. */
function recipientOf({ name, displayName }: Domain, typed: string): string {
  const recipient = typed.includes('@') ? typed : `${typed}@${name}`;
  const [, domain] = path.exec(recipient) ?? [];
  try {
    if (domain === undefined) {
      // Throws with the reason.
      EmailAddress.parse(recipient);
      throw new AddressError('local-part-characters');
    }
    if (DomainName.parse(domain.replace(/\.+$/, '')).ascii !== name) {
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

export function domainIn(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
