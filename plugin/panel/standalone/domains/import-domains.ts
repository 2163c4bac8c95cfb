import type { Knex } from 'knex';
import { AddressError, DomainName } from '../../../addresses/index.js';
import { type ChangeOf, refused } from '../../../changes/decision.js';
import { shared } from '../../../database/locks.js';
import { ConflictError } from '../../../errors.js';
import type {
  AnyImportKind,
  ImportLine,
  LineName,
  LineValues,
  LinesToRead,
} from '../../../imports/kind.js';
import { type Found, type LineVerb, importKind } from '../../../imports/new-or-existing.js';
import { parseCells } from '../../../imports/values.js';
import { isWithin } from '../../../viewing/scope.js';
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

interface Place {
  readonly form: NewDomainForm;
  readonly owner: OwnerSubject;
}

/** A domain of that name, of any owner. */
interface Existing extends StoredDomain {
  readonly isSeen: boolean;
}

/** Domains from a file. What exists is not changed. */
export function domainImport(creation: DomainCreation): AnyImportKind {
  return importKind({
    key: 'domains',
    thing: 'domain',
    permission: 'domains.manage',
    columns: domainColumns,
    isOnlyAdded: true,
    stored: { table: 'domains', column: 'name' },
    nameOf,
    open: async (db, asked) => await openLines(creation, db, asked),
    creation: creationOf(creation),
    settings,
    keptBecause: ({ isSeen }) => ({ key: takenBecause(isSeen) }),
    versionOf: ({ version }) => version,
  });
}

/** Of the column; no login is longer. */
const longestHolder = 320;

function nameOf({ name = '', owner = '' }: LineValues): LineName | undefined {
  try {
    const { ascii } = DomainName.parse(understoodHost(name).host);
    return { name: ascii, holder: owner.toLowerCase().slice(0, longestHolder) };
  } catch (error) {
    if (error instanceof AddressError) {
      return undefined;
    }
    throw error;
  }
}

async function openLines(
  creation: DomainCreation,
  db: Knex,
  { viewer, lines, newBefore }: LinesToRead,
): Promise<(line: ImportLine) => Promise<Found<Place, Existing>>> {
  const stored = await domainsNamed(
    db,
    lines.flatMap(({ about }) => about?.name ?? []),
  );
  return async (line) => {
    const { wanted, errors } = parseCells(newDomainForm, cellsOf(line.values));
    const { name } = wanted;
    if (name === undefined) {
      return { errors };
    }
    const existing = stored.get(name.ascii);
    if (existing !== undefined) {
      return { errors, existing: { ...existing, isSeen: isWithin(viewer.scope, existing) } };
    }
    const form = { locale: 'en', owner: '', ...wanted, name } as const;
    const besides = newBefore.get(line.id) ?? 0;
    return {
      errors,
      place: { form, owner: await creation.read(db, viewer, { ...form, besides }) },
    };
  };
}

function creationOf(creation: DomainCreation): LineVerb<Place, ChangeOf<DomainCreation>> {
  return {
    decide: (viewer, { found: { owner, form } }) => creation.decide(viewer, owner, form),
    write: async (changing, decision) => await creation.write(changing, decision),
    changeOf: ({ form, owner }) => ({
      before: {},
      after: { owner: owner.account.login, locale: form.locale },
    }),
  };
}

const settings: LineVerb<Existing, undefined> = {
  decide: (_viewer, { line, found }) =>
    found.isSeen && isSo(line.values, found)
      ? { kind: 'already-so', change: undefined }
      : refused(new ConflictError(takenBecause(found.isSeen))),
  write: async () => {},
  changeOf: () => ({ before: {}, after: {} }),
};

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
