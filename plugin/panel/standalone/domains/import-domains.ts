import type { Knex } from 'knex';
import { AddressError, DomainName } from '../../../addresses/index.js';
import type { ChangedFields } from '../../../changes/changed-fields.js';
import type { Changing } from '../../../changes/changes.js';
import {
  type Agreed,
  type ChangeOf,
  type Decision,
  refused,
  refusedAt,
} from '../../../changes/decision.js';
import { shared } from '../../../database/locks.js';
import { type FieldErrors, InvalidInputError } from '../../../errors.js';
import type {
  FoundLine,
  ImportKind,
  ImportLine,
  LineName,
  LineValues,
  LinesToRead,
} from '../../../imports/kind.js';
import { inTurns } from '../../../imports/in-turns.js';
import { parseCells } from '../../../imports/values.js';
import { isWithin } from '../../../viewing/scope.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { understoodHost } from '../../../web/typed-host.js';
import type { DomainCreation, OwnerSubject } from './domain-creation.js';
import { type NewDomainForm, newDomainForm } from './forms.js';
import { domainColumns } from './import-columns.js';

interface StoredDomain {
  readonly name: string;
  readonly owner_id: number;
  readonly reseller_id: number | null;
  readonly owner: string;
  readonly locale: string;
  readonly version: number;
}

interface Found {
  readonly errors: FieldErrors;
  readonly form?: NewDomainForm;
  readonly owner?: OwnerSubject;
  /** One of that name, whoever has it. */
  readonly existing?: StoredDomain | undefined;
  readonly isSeen?: boolean;
}

type Change = ChangeOf<DomainCreation> | undefined;

/** Domains from a file. */
export class DomainImport implements ImportKind<Found, Change> {
  readonly key = 'domains';
  readonly thing = 'domain';
  readonly permission = 'domains.manage';
  readonly columns = domainColumns;
  readonly stored = { table: 'domains', column: 'name' };
  readonly #creation: DomainCreation;

  constructor(creation: DomainCreation) {
    this.#creation = creation;
  }

  nameOf({ name = '', owner = '' }: LineValues): LineName | undefined {
    try {
      const { ascii } = DomainName.parse(understoodHost(name).host);
      return { name: ascii, holder: owner.toLowerCase() };
    } catch (error) {
      if (error instanceof AddressError) {
        return undefined;
      }
      throw error;
    }
  }

  async read(db: Knex, asked: LinesToRead): Promise<readonly FoundLine<Found>[]> {
    const { viewer, lines, newBefore } = asked;
    const names = lines.flatMap(({ values }) => this.nameOf(values)?.name ?? []);
    const stored = await domainsNamed(db, names);
    const read = async (line: ImportLine): Promise<Found> => {
      const { wanted, errors } = parseCells(newDomainForm, cellsOf(line.values));
      const { name } = wanted;
      if (name === undefined) {
        return { errors };
      }
      const form = { locale: 'en', owner: '', ...wanted, name } as const;
      const existing = stored.get(name.ascii);
      if (existing !== undefined) {
        return { errors, form, existing, isSeen: isWithin(viewer.scope, existing) };
      }
      const besides = newBefore.get(line.id) ?? 0;
      return { errors, form, owner: await this.#creation.read(db, viewer, { ...form, besides }) };
    };
    return await inTurns(db, asked, read);
  }

  decide(viewer: Viewer, { line, found }: FoundLine<Found>): Decision<Change> {
    const { errors, form, owner, existing, isSeen } = found;
    const invalid = refusedAt(errors);
    if (invalid !== undefined) {
      return invalid;
    }
    if (existing !== undefined) {
      return isSeen === true && isSo(line.values, existing)
        ? { kind: 'already-so', change: undefined }
        : refused(new InvalidInputError({ name: { key: takenBecause(isSeen === true) } }));
    }
    return form === undefined || owner === undefined
      ? refused(new InvalidInputError({ name: { key: 'errors.field.any.required' } }))
      : this.#creation.decide(viewer, owner, form);
  }

  async write(changing: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    if (change !== undefined) {
      await this.#creation.write(changing, { kind, change });
    }
  }

  versionOf({ existing }: Found): number {
    return existing === undefined ? 0 : existing.version + 1;
  }

  changeOf(change: Change): ChangedFields {
    return change === undefined
      ? { before: {}, after: {} }
      : {
          before: {},
          after: { owner: change.owner.account.login, locale: change.form.locale },
        };
  }
}

function takenBecause(isSeen: boolean): string {
  return isSeen ? 'imports.errors.domain-otherwise' : 'domains.errors.taken';
}

function cellsOf({ name, owner, locale }: LineValues): LineValues {
  const language = (locale ?? '').toLowerCase();
  return {
    name: name ?? '',
    owner: owner ?? '',
    locale: languages.get(language) ?? language,
  };
}

/** Languages by their names in ours. */
const languages: ReadonlyMap<string, string> = new Map([
  ['english', 'en'],
  ['anglais', 'en'],
  ['french', 'fr'],
  ['français', 'fr'],
  ['francais', 'fr'],
]);

/** An empty cell wants nothing else. */
function isSame(text: string | undefined, stored: string): boolean {
  return text === undefined || text === '' || text.toLowerCase() === stored;
}

/** Whether a domain has what a line says of it. */
function isSo(values: LineValues, { owner, locale }: StoredDomain): boolean {
  const wanted = cellsOf(values);
  return isSame(wanted['owner'], owner) && isSame(wanted['locale'], locale);
}

async function domainsNamed(
  db: Knex,
  names: readonly string[],
): Promise<ReadonlyMap<string, StoredDomain>> {
  const query = db('domains')
    .join('accounts', 'accounts.id', 'domains.owner_id')
    .whereIn('domains.name', [...names])
    .select(
      'domains.name',
      'domains.owner_id',
      'domains.reseller_id',
      'domains.locale',
      'domains.version',
      'accounts.login as owner',
    );
  const rows: readonly StoredDomain[] = await shared(db, query);
  return new Map(rows.map((row) => [row.name, row]));
}
