import type { Knex } from 'knex';
import { type ChangeOf, type Decision, refused } from '../../changes/decision.js';
import { type FieldErrors, InvalidInputError } from '../../errors.js';
import type { AnyImportKind, ImportLine, LinesToRead } from '../../imports/kind.js';
import { type Found, type LineVerb, importKind } from '../../imports/new-or-existing.js';
import { parseCells } from '../../imports/values.js';
import type { TypedTarget } from './alias.js';
import { type AliasChange, type AliasSubject, completed } from './alias-change.js';
import type { AliasCreation, AliasPlace } from './alias-creation.js';
import type { AliasStore } from './alias-store.js';
import type { AliasTargets, TargetsFacts } from './alias-targets.js';
import { aliasFields } from './audit-fields.js';
import type { DomainMembers } from './domain-members.js';
import { type AliasForm, type NewAliasForm, targetsForm } from './forms.js';
import { type LineAddress, LineAddresses, addressLines } from './import-addresses.js';
import { aliasColumns } from './import-columns.js';

interface Place extends AliasPlace {
  readonly form: NewAliasForm;
}

interface Existing extends AliasSubject {
  readonly form: AliasForm;
}

interface Parts {
  readonly members: DomainMembers;
  readonly store: AliasStore;
  readonly targets: AliasTargets;
  readonly creation: AliasCreation;
  readonly settings: AliasChange;
}

/** How the lines of a file are read. */
interface Reading extends Parts {
  readonly db: Knex;
  readonly asked: LinesToRead;
  /** Whether targets must be within the owner's domains. */
  readonly mustStay: boolean;
}

/** Aliases from a file. */
export function aliasImport(parts: Parts): AnyImportKind {
  return importKind({
    key: 'aliases',
    thing: 'alias',
    permission: 'aliases.manage',
    columns: aliasColumns,
    stored: { table: 'aliases', column: 'address' },
    ...addressLines,
    open: async (db, asked) => await openLines(parts, db, asked),
    creation: creationOf(parts),
    settings: settingsOf(parts),
    versionOf: ({ form }) => form.version,
  });
}

async function openLines(
  parts: Parts,
  db: Knex,
  asked: LinesToRead,
): Promise<(line: ImportLine) => Promise<Found<Place, Existing>>> {
  const addresses = await LineAddresses.of(db, parts.members, asked);
  const mustStay = await parts.targets.mustStay(asked.viewer);
  const reading = { ...parts, db, asked, mustStay };
  return async (line) => {
    const { wanted, errors: inCells } = parseCells(targetsForm, {
      targets: line.values['targets'],
    });
    const errors = withoutLines(inCells);
    const found = addresses.find(line);
    if ('refusal' in found) {
      return { errors: { ...errors, address: found.refusal } };
    }
    const { targets } = wanted;
    return targets === undefined
      ? { errors: { targets: { key: 'aliases.errors.no-target' }, ...errors } }
      : { errors, ...(await readLine(reading, line, { ...found, targets })) };
  };
}

/** In a transaction, the domain is locked. */
async function readLine(
  reading: Reading,
  line: ImportLine,
  { address, domain, targets }: LineAddress & { readonly targets: readonly TypedTarget[] },
): Promise<{ readonly place: Place } | { readonly existing: Existing }> {
  const { db, asked, mustStay, store, creation, settings } = reading;
  const { viewer, newBefore } = asked;
  const alias = await store.byAddress(db, domain, address);
  if (alias !== undefined) {
    const form = completed({ targets }, alias);
    const found = { domainRow: domain, alias };
    const subject = await settings.read(db, viewer, found, { form, mustStay });
    return { existing: { ...subject, form } };
  }
  const form = { address, targets };
  const besides = newBefore.get(line.id) ?? 0;
  const place = await creation.read(db, viewer, domain, { form, mustStay, besides });
  return {
    place: { ...place, form, targets: await withEarlier(reading, line, place.targets) },
  };
}

/** In a preview, what the file adds before is there already. */
async function withEarlier(
  { db, asked }: Reading,
  { id }: ImportLine,
  facts: TargetsFacts,
): Promise<TargetsFacts> {
  const missing = [...facts.recipients].filter(([, { exists }]) => !exists);
  if (db.isTransaction || missing.length === 0) {
    return facts;
  }
  const names = missing.map(([address]) => address);
  const added = await asked.before(id, names);
  const known = missing.flatMap(([address, each]) =>
    added.has(address) ? [[address, { ...each, exists: true }] as const] : [],
  );
  return { ...facts, recipients: new Map([...facts.recipients, ...known]) };
}

function creationOf({ creation }: Parts): LineVerb<Place, ChangeOf<AliasCreation>> {
  return {
    decide: (viewer, { found: { form, ...place } }) =>
      inOneCell(creation.decide(viewer, place, form)),
    write: async (changing, decision) => await creation.write(changing, decision),
    changeOf({ address, targets }) {
      const texts = targets.map((target) => target.address.toString());
      return { before: {}, after: aliasFields({ address: address.toString(), targets: texts }) };
    },
  };
}

function settingsOf({ settings }: Parts): LineVerb<Existing, ChangeOf<AliasChange>> {
  return {
    decide: (viewer, { found: { form, ...subject } }) =>
      inOneCell(settings.decide(viewer, subject, form)),
    write: async (changing, decision) => await settings.write(changing, decision),
    changeOf: ({ changed }) => changed,
  };
}

function inOneCell<Change>(decision: Decision<Change>): Decision<Change> {
  return decision.kind === 'refused' && decision.because instanceof InvalidInputError
    ? refused(new InvalidInputError(withoutLines(decision.because.fields)))
    : decision;
}

/** Cells have no lines, so an error quotes the text instead. */
function withoutLines(errors: FieldErrors): FieldErrors {
  const { targets } = errors;
  return targets?.key === 'aliases.errors.targets'
    ? { ...errors, targets: { ...targets, key: 'imports.errors.targets' } }
    : errors;
}
