import type { Knex } from 'knex';
import { AddressError, DomainName, EmailAddress } from '../../addresses/index.js';
import { shared } from '../../database/locks.js';
import type { FieldError } from '../../errors.js';
import type {
  ImportLine,
  ImportOptions,
  LineName,
  LineValues,
  LinesToRead,
} from '../../imports/kind.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { ownedBy } from '../../viewing/scope.js';
import type { DomainMembers } from './domain-members.js';
import { addressWithin } from './mailbox.js';
import { RefusedError } from './refused-error.js';

/** The address of a line in one of the viewer's domains. */
export interface LineAddress {
  readonly address: EmailAddress;
  readonly domain: DomainRow;
}

/** The address of a line: a local part is enough if the file is for one domain. */
function addressIn(text: string, { domain }: ImportOptions): EmailAddress | FieldError {
  const within = domain ?? text.slice(text.lastIndexOf('@') + 1);
  try {
    if (domain === undefined && !text.includes('@')) {
      throw new AddressError('no-at');
    }
    return addressWithin(DomainName.parse(within), text);
  } catch (error) {
    if (error instanceof AddressError || error instanceof RefusedError) {
      return { key: error.key, ...(error instanceof RefusedError && { args: error.args }) };
    }
    throw error;
  }
}

function nameOfAddress(text = '', options: ImportOptions): LineName | undefined {
  const address = addressIn(text, options);
  return 'key' in address ? undefined : { name: address.toString(), holder: address.domain.ascii };
}

/** The addresses of lines, and their domains within the viewer's scope. In a transaction these are locked. */
export class LineAddresses {
  readonly #options: ImportOptions;
  readonly #domains: ReadonlyMap<string, DomainRow>;

  private constructor(options: ImportOptions, domains: ReadonlyMap<string, DomainRow>) {
    this.#options = options;
    this.#domains = domains;
  }

  static async of(
    db: Knex,
    members: Pick<DomainMembers, 'hold'>,
    asked: LinesToRead,
  ): Promise<LineAddresses> {
    let domains = await domainsOf(db, asked);
    if (db.isTransaction) {
      for (const domain of domains) {
        await members.hold(db, domain);
      }
      // The first read may be of an older state, in which another account owned them.
      domains = await shared(db, domainsOf(db, asked));
    }
    return new LineAddresses(asked.options, new Map(domains.map((row) => [row.name, row])));
  }

  /** Or why it is none. */
  find({ about, values }: ImportLine): LineAddress | { readonly refusal: FieldError } {
    if (about === undefined) {
      const refusal = addressIn(values['address'] ?? '', this.#options);
      return { refusal: 'key' in refusal ? refusal : { key: 'errors.not-found' } };
    }
    const address = EmailAddress.parse(about.name);
    const domain = this.#domains.get(about.holder);
    return domain === undefined
      ? { refusal: { key: 'errors.domain-not-found', args: { domain: address.domain.unicode } } }
      : { address, domain };
  }
}

function domainsOf(
  db: Knex,
  { lines, viewer }: LinesToRead,
): Knex.QueryBuilder<DomainRow, DomainRow[]> {
  const names = new Set(lines.flatMap(({ about }) => about?.holder ?? []));
  return db<DomainRow>('domains')
    .whereIn('name', [...names])
    .where(ownedBy(viewer.scope, 'domains'));
}

/** How lines about addresses are named, and when those that exist stay as they are. */
export const addressLines = {
  nameOf: ({ address }: LineValues, options: ImportOptions): LineName | undefined =>
    nameOfAddress(address, options),
  keptBecause: (_existing: unknown, { changes }: ImportOptions): FieldError | undefined =>
    changes ? undefined : { key: 'imports.errors.exists-otherwise' },
};
