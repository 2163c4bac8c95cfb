import type { Knex } from 'knex';
import { type ChangeOf, refused } from '../../changes/decision.js';
import { InvalidInputError } from '../../errors.js';
import type { AnyImportKind, ImportLine, LinesToRead } from '../../imports/kind.js';
import { type Found, type LineVerb, importKind } from '../../imports/new-or-existing.js';
import { mailboxFields } from './audit-fields.js';
import type { DomainMembers } from './domain-members.js';
import type { MailboxForm } from './forms.js';
import { LineAddresses, addressLines } from './import-addresses.js';
import { mailboxCells } from './import-cells.js';
import { mailboxColumns } from './import-columns.js';
import { type NewPlace, NewPlaces } from './import-places.js';
import type { MailboxChange, MailboxSubject } from './mailbox-change.js';
import type { MailboxCreation } from './mailbox-creation.js';
import type { MailboxRow } from './mailbox-store.js';

/** What the cells of a line say. */
interface Wanted {
  readonly wanted: Partial<MailboxForm>;
}

type Place = NewPlace & Wanted;
type Existing = MailboxSubject & Wanted;

interface Parts {
  readonly members: DomainMembers;
  readonly creation: MailboxCreation;
  readonly settings: MailboxChange;
}

/** Mailboxes from a file. */
export function mailboxImport(parts: Parts): AnyImportKind {
  return importKind({
    key: 'mailboxes',
    thing: 'mailbox',
    permission: 'mailboxes.manage',
    columns: mailboxColumns,
    stored: { table: 'mailboxes', column: 'address' },
    ...addressLines,
    open: async (db, asked) => await openLines(parts, db, asked),
    creation: creationOf(parts),
    settings: settingsOf(parts),
    versionOf: ({ row }) => row.version * 2 + row.suspended,
  });
}

/** The rows with these addresses, too, are locked in a transaction. */
async function openLines(
  parts: Parts,
  db: Knex,
  asked: LinesToRead,
): Promise<(line: ImportLine) => Promise<Found<Place, Existing>>> {
  const { viewer, lines } = asked;
  const addresses = await LineAddresses.of(db, parts.members, asked);
  const rows = await rowsNamed(
    db,
    lines.flatMap(({ about }) => about?.name ?? []),
  );
  const places = new NewPlaces(parts, db, { asked, addresses });
  return async (line) => {
    const { wanted, errors } = mailboxCells(line);
    const found = addresses.find(line);
    if ('refusal' in found) {
      return { errors: { ...errors, address: found.refusal } };
    }
    const row = rows.get(found.address.toString());
    if (row === undefined) {
      return { errors, place: { ...(await places.of(line, found)), wanted } };
    }
    const limits = await parts.members.quotaLimits(db, viewer, found.domain.owner_id);
    return { errors, existing: { domainRow: found.domain, row, ...limits, wanted } };
  };
}

async function rowsNamed(
  db: Knex,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, MailboxRow>> {
  const query = db<MailboxRow>('mailboxes').whereIn('address', [...addresses]);
  if (db.isTransaction) {
    void query.forUpdate();
  }
  return new Map((await query).map((row) => [row.address, row]));
}

function creationOf({ creation }: Parts): LineVerb<Place, ChangeOf<MailboxCreation>> {
  return {
    decide(viewer, { line: { secret }, found: { wanted, quotaMegabytes, address, ...place } }) {
      const { password, passwordHash = '' } = secret;
      if (password === undefined && passwordHash === '') {
        return refused(new InvalidInputError({ password: { key: 'imports.errors.no-password' } }));
      }
      const usual = { displayName: '', imap: true, pop3: true };
      const given = { quotaMegabytes, address, password, passwordHash };
      return creation.decide(viewer, place, { ...usual, ...wanted, ...given });
    },
    async write(changing, decision) {
      assertHashed(decision.change);
      await creation.write(changing, decision);
    },
    changeOf: ({ settings }) => ({ before: {}, after: mailboxFields(settings) }),
  };
}

function settingsOf({ settings }: Parts): LineVerb<Existing, ChangeOf<MailboxChange>> {
  return {
    decide(viewer, { line: { secret }, options: { changes }, found: { wanted, ...existing } }) {
      const { password, passwordHash = password && '', isGenerated } = secret;
      const isKept = !changes || isGenerated || passwordHash === existing.row.password_hash;
      return settings.decide(viewer, existing, {
        ...wanted,
        password: '',
        ...(!isKept && { password: password ?? '', passwordHash }),
      });
    },
    async write(changing, decision) {
      assertHashed(decision.change);
      await settings.write(changing, decision);
    },
    changeOf({ changed, passwordHash }) {
      const password = passwordHash === undefined ? {} : { password: '••••••' };
      return {
        before: { ...changed.before, ...password },
        after: { ...changed.after, ...password },
      };
    },
  };
}

function assertHashed({ passwordHash }: { readonly passwordHash: string | undefined }): void {
  if (passwordHash === '') {
    throw new Error('The password of an imported mailbox is not hashed.');
  }
}
