import type { Knex } from 'knex';
import type { ChangedFields } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import {
  type Agreed,
  type ChangeOf,
  type Decision,
  refused,
  refusedAt,
} from '../../changes/decision.js';
import { type FieldErrors, InvalidInputError } from '../../errors.js';
import type {
  FoundLine,
  ImportKind,
  ImportLine,
  LineName,
  LineValues,
  LinesToRead,
} from '../../imports/kind.js';
import { inTurns } from '../../imports/in-turns.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import { mailboxFields } from './audit-fields.js';
import type { DomainMembers } from './domain-members.js';
import type { MailboxForm } from './forms.js';
import { addressOfLine, domainsOfLines, nameOfAddress, rowsNamed } from './import-addresses.js';
import { mailboxColumns } from './import-columns.js';
import { mailboxCells } from './import-cells.js';
import type { MailboxChange, MailboxSubject } from './mailbox-change.js';
import type { MailboxCreation } from './mailbox-creation.js';
import { type NewPlace, NewPlaces } from './import-places.js';
import type { MailboxRow } from './mailbox-store.js';

/** What a line is about: a mailbox, or a place for a new one. */
interface Found {
  readonly wanted: Partial<MailboxForm>;
  readonly errors: FieldErrors;
  readonly place?: NewPlace;
  readonly existing?: MailboxSubject;
}

type Change =
  | { readonly isNew: true; readonly made: ChangeOf<MailboxCreation> }
  | { readonly isNew: false; readonly made: ChangeOf<MailboxChange> };

interface Parts {
  readonly members: DomainMembers;
  readonly creation: MailboxCreation;
  readonly settings: MailboxChange;
}

/** Mailboxes from a file. */
export class MailboxImport implements ImportKind<Found, Change> {
  readonly key = 'mailboxes';
  readonly thing = 'mailbox';
  readonly permission = 'mailboxes.manage';
  readonly columns = mailboxColumns;
  readonly stored = { table: 'mailboxes', column: 'address' };
  readonly nameOf = (
    { address }: LineValues,
    options: LinesToRead['options'],
  ): LineName | undefined => nameOfAddress(address, options);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async read(db: Knex, asked: LinesToRead): Promise<readonly FoundLine<Found>[]> {
    const { lines, options } = asked;
    const domains = await domainsOfLines(db, asked);
    const names = lines.flatMap(({ values }) => this.nameOf(values, options)?.name ?? []);
    await this.#hold(db, domains);
    const rows = await rowsNamed<MailboxRow>(db, 'mailboxes', names);
    const places = new NewPlaces(this.#parts, db, { asked, domains });
    const read = async (line: ImportLine): Promise<Found> => {
      const cells = mailboxCells(line);
      const about = addressOfLine(line.values['address'], options, domains);
      if ('refusal' in about) {
        return { ...cells, errors: { ...cells.errors, address: about.refusal } };
      }
      const row = rows.get(about.address.toString());
      return row === undefined
        ? { ...cells, place: await places.of(line, about) }
        : { ...cells, existing: await this.#existing(db, asked.viewer, about.domain, row) };
    };
    return await inTurns(db, asked, read);
  }

  decide(viewer: Viewer, subject: FoundLine<Found>): Decision<Change> {
    const { errors, place, existing } = subject.found;
    const invalid = refusedAt(errors);
    if (invalid !== undefined) {
      return invalid;
    }
    if (existing !== undefined) {
      return this.#decideExisting(viewer, subject, existing);
    }
    return place === undefined
      ? refused(new InvalidInputError({ address: { key: 'errors.not-found' } }))
      : this.#decideNew(viewer, subject, place);
  }

  async write(changing: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    if (change.made.passwordHash === '') {
      throw new Error('The password of an imported mailbox is not hashed.');
    }
    await (change.isNew
      ? this.#parts.creation.write(changing, { kind, change: change.made })
      : this.#parts.settings.write(changing, { kind, change: change.made }));
  }

  versionOf({ existing }: Found): number {
    return existing === undefined ? 0 : existing.row.version * 2 + existing.row.suspended + 1;
  }

  changeOf(change: Change): ChangedFields {
    if (change.isNew) {
      return { before: {}, after: mailboxFields(change.made.settings) };
    }
    const { changed, passwordHash } = change.made;
    const password = passwordHash === undefined ? {} : { password: '••••••' };
    return {
      before: { ...changed.before, ...password },
      after: { ...changed.after, ...password },
    };
  }

  #decideNew(
    viewer: Viewer,
    { line: { secret }, found: { wanted } }: FoundLine<Found>,
    { address, quotaMegabytes, ...place }: NewPlace,
  ): Decision<Change> {
    if (secret.password === undefined && secret.passwordHash === undefined) {
      return refused(new InvalidInputError({ password: { key: 'imports.errors.no-password' } }));
    }
    const decision = this.#parts.creation.decide(viewer, place, {
      displayName: '',
      imap: true,
      pop3: true,
      ...wanted,
      quotaMegabytes,
      address,
      password: secret.password,
      passwordHash: secret.passwordHash ?? '',
    });
    return decision.kind === 'refused'
      ? decision
      : { kind: decision.kind, change: { isNew: true, made: decision.change } };
  }

  #decideExisting(
    viewer: Viewer,
    { line: { secret }, options: { changes }, found: { wanted } }: FoundLine<Found>,
    existing: MailboxSubject,
  ): Decision<Change> {
    const { password, passwordHash = password && '', isGenerated } = secret;
    const isKept = !changes || isGenerated || passwordHash === existing.row.password_hash;
    const withPassword = isKept ? {} : { password: password ?? '', passwordHash };
    const decision = this.#parts.settings.decide(viewer, existing, {
      ...wanted,
      password: '',
      ...withPassword,
    });
    if (!changes && decision.kind !== 'already-so') {
      return refused(
        new InvalidInputError({ address: { key: 'imports.errors.exists-otherwise' } }),
      );
    }
    return decision.kind === 'refused'
      ? decision
      : { kind: decision.kind, change: { isNew: false, made: decision.change } };
  }

  /** Their owners first, as everywhere. */
  async #hold(db: Knex, domains: ReadonlyMap<string, DomainRow>): Promise<void> {
    for (const domain of db.isTransaction ? domains.values() : []) {
      await this.#parts.members.hold(db, domain);
    }
  }

  async #existing(
    db: Knex,
    viewer: Viewer,
    domainRow: DomainRow,
    row: MailboxRow,
  ): Promise<MailboxSubject> {
    const limits = await this.#parts.members.quotaLimits(db, viewer, domainRow.owner_id);
    return { domainRow, row, ...limits };
  }
}
