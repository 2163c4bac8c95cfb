import type { Knex } from 'knex';
import type { EmailAddress } from '../../addresses/index.js';
import type { ImportLine, LinesToRead } from '../../imports/kind.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { DomainMembers } from './domain-members.js';
import type { LineAddress, LineAddresses } from './import-addresses.js';
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
  readonly addresses: LineAddresses;
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
  readonly #asked: LinesToRead;
  readonly #lines: ReadonlyMap<number, readonly LineOfDomain[]>;
  readonly #domains = new Map<number, Promise<DomainPlaces>>();

  constructor(parts: Parts, db: Knex, { asked, addresses }: Lines) {
    this.#parts = parts;
    this.#db = db;
    this.#asked = asked;
    this.#lines = byDomain(asked.lines, addresses);
  }

  async of(line: ImportLine, { address, domain }: LineAddress): Promise<NewPlace> {
    const places = this.#domains.get(domain.id) ?? this.#read(domain);
    this.#domains.set(domain.id, places);
    const { usualMegabytes, of } = await places;
    const wanted = this.#wanted(line, address, usualMegabytes);
    return { ...(await of(wanted)), address, quotaMegabytes: wanted.quotaMegabytes };
  }

  async #read(domain: DomainRow): Promise<DomainPlaces> {
    const { members, creation } = this.#parts;
    const { viewer } = this.#asked;
    const { value: most = 0 } = await members.planQuota(domain);
    const usualMegabytes = Math.floor(most / bytesPerMegabyte);
    // In a transaction, as the form's verb reads it.
    const of = this.#db.isTransaction
      ? (one: WantedPlace) => creation.read(this.#db, viewer, domain, one)
      : await creation.readMany(this.#db, viewer, domain, this.#allIn(domain, usualMegabytes));
    return { usualMegabytes, of };
  }

  #allIn({ id }: DomainRow, usualMegabytes: number): readonly WantedPlace[] {
    const lines = this.#lines.get(id) ?? [];
    return lines.map(({ line, address }) => this.#wanted(line, address, usualMegabytes));
  }

  #wanted(line: ImportLine, address: EmailAddress, usualMegabytes: number): WantedPlace {
    return {
      address,
      quotaMegabytes: mailboxCells(line).wanted.quotaMegabytes ?? usualMegabytes,
      besides: this.#asked.newBefore.get(line.id) ?? 0,
    };
  }
}

interface LineOfDomain extends LineAddress {
  readonly line: ImportLine;
}

function byDomain(
  lines: readonly ImportLine[],
  addresses: LineAddresses,
): ReadonlyMap<number, readonly LineOfDomain[]> {
  const found = new Map<number, LineOfDomain[]>();
  for (const line of lines) {
    const about = addresses.find(line);
    if ('domain' in about) {
      const others = found.get(about.domain.id) ?? [];
      others.push({ line, ...about });
      found.set(about.domain.id, others);
    }
  }
  return found;
}
