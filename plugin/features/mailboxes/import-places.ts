import type { Knex } from 'knex';
import type { EmailAddress } from '../../addresses/index.js';
import type { ImportLine, LinesToRead } from '../../imports/kind.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { DomainMembers } from './domain-members.js';
import { addressOfLine } from './import-addresses.js';
import { mailboxCells } from './import-cells.js';
import { bytesPerMegabyte } from './mailbox.js';
import type { MailboxCreation, Place, WantedPlace } from './mailbox-creation.js';

/** A place for the new mailbox of a line. */
export interface NewPlace extends Place {
  readonly address: EmailAddress;
  readonly quotaMegabytes: number;
}

interface Parts {
  readonly members: DomainMembers;
  readonly creation: MailboxCreation;
}

interface Lines {
  readonly asked: LinesToRead;
  readonly domains: ReadonlyMap<string, DomainRow>;
}

interface DomainPlaces {
  /** The quota of mailboxes whose lines name none. */
  readonly usualMegabytes: number;
  readonly of: (one: WantedPlace) => Promise<Place>;
}

/** Places for the new mailboxes of lines. A preview reads what they share once for each domain. */
export class NewPlaces {
  readonly #parts: Parts;
  readonly #db: Knex;
  readonly #lines: Lines;
  readonly #domains = new Map<number, Promise<DomainPlaces>>();

  constructor(parts: Parts, db: Knex, lines: Lines) {
    this.#parts = parts;
    this.#db = db;
    this.#lines = lines;
  }

  async of(
    line: ImportLine,
    { address, domain }: { readonly address: EmailAddress; readonly domain: DomainRow },
  ): Promise<NewPlace> {
    const places = this.#domains.get(domain.id) ?? this.#read(domain);
    this.#domains.set(domain.id, places);
    const { usualMegabytes, of } = await places;
    const wanted = this.#wanted(line, address, usualMegabytes);
    return { ...(await of(wanted)), address, quotaMegabytes: wanted.quotaMegabytes };
  }

  async #read(domain: DomainRow): Promise<DomainPlaces> {
    const { members, creation } = this.#parts;
    const { viewer } = this.#lines.asked;
    const { planQuota } = await members.planFor(viewer, 'mailboxes', domain);
    const usualMegabytes = Math.floor((planQuota.value ?? 0) / bytesPerMegabyte);
    // In a transaction, as the form's verb reads it.
    const of = this.#db.isTransaction
      ? (one: WantedPlace) => creation.read(this.#db, viewer, domain, one)
      : await creation.readMany(this.#db, viewer, domain, this.#allIn(domain, usualMegabytes));
    return { usualMegabytes, of };
  }

  #allIn(domain: DomainRow, usualMegabytes: number): readonly WantedPlace[] {
    const { asked, domains } = this.#lines;
    return asked.lines.flatMap((line) => {
      const about = addressOfLine(line.values['address'], asked.options, domains);
      return 'address' in about && about.domain.id === domain.id
        ? [this.#wanted(line, about.address, usualMegabytes)]
        : [];
    });
  }

  #wanted(line: ImportLine, address: EmailAddress, usualMegabytes: number): WantedPlace {
    return {
      address,
      quotaMegabytes: mailboxCells(line).wanted.quotaMegabytes ?? usualMegabytes,
      besides: this.#lines.asked.newBefore.get(line.id) ?? 0,
    };
  }
}
