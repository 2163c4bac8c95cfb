import type { Knex } from 'knex';
import { AddressError, DomainName, type EmailAddress } from '../../addresses/index.js';
import type { FieldError } from '../../errors.js';
import type { ImportOptions, LineName, LinesToRead } from '../../imports/kind.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { type Scope, ownedBy } from '../../viewing/scope.js';
import { addressWithin } from './mailbox.js';
import { RefusedError } from './refused-error.js';

/** The address of a line in one of the viewer's domains, or why it is none. */
export type LineAddress =
  | { readonly address: EmailAddress; readonly domain: DomainRow }
  | { readonly refusal: FieldError };

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

export function nameOfAddress(text = '', options: ImportOptions): LineName | undefined {
  const address = addressIn(text, options);
  return 'key' in address ? undefined : { name: address.toString(), holder: address.domain.ascii };
}

/** Finds the domains of lines. */
export async function domainsOfLines(
  db: Knex,
  { lines, options, viewer }: LinesToRead,
): Promise<ReadonlyMap<string, DomainRow>> {
  const holders = lines.map(({ values }) => nameOfAddress(values['address'], options)?.holder);
  return await domainsNamed(db, viewer.scope, holders);
}

async function domainsNamed(
  db: Knex,
  scope: Scope,
  names: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, DomainRow>> {
  const query = db<DomainRow>('domains')
    .whereIn('name', [...new Set(names.flatMap((name) => name ?? []))])
    .where(ownedBy(scope, 'domains'));
  return new Map((await query).map((row) => [row.name, row]));
}

/** The address of a line among the domains of its file. */
export function addressOfLine(
  text = '',
  options: ImportOptions,
  domains: ReadonlyMap<string, DomainRow>,
): LineAddress {
  const address = addressIn(text, options);
  if ('key' in address) {
    return { refusal: address };
  }
  const domain = domains.get(address.domain.ascii);
  return domain === undefined
    ? { refusal: { key: 'errors.domain-not-found', args: { domain: address.domain.unicode } } }
    : { address, domain };
}

/** The rows with these addresses. In a transaction it locks them. */
export async function rowsNamed<Row extends { readonly address: string }>(
  db: Knex,
  table: 'mailboxes',
  addresses: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  const query = db(table).whereIn('address', [...addresses]);
  if (db.isTransaction) {
    void query.forUpdate();
  }
  const rows: readonly Row[] = await query;
  return new Map(rows.map((row) => [row.address, row]));
}
