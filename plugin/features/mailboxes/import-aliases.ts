import type { Knex } from 'knex';
import type { EmailAddress } from '../../addresses/index.js';
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
import { parseCells } from '../../imports/values.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { TypedTarget } from './alias.js';
import { type AliasChange, type AliasSubject, completed } from './alias-change.js';
import type { AliasCreation, AliasPlace } from './alias-creation.js';
import type { AliasStore } from './alias-store.js';
import type { AliasTargets, TargetsFacts } from './alias-targets.js';
import { aliasFields } from './audit-fields.js';
import type { DomainMembers } from './domain-members.js';
import { type AliasForm, type NewAliasForm, targetsForm } from './forms.js';
import { addressOfLine, domainsOfLines, nameOfAddress } from './import-addresses.js';
import { aliasColumns } from './import-columns.js';

/** What a line is about: an alias, or a place for a new one. */
interface Found {
  readonly errors: FieldErrors;
  readonly place?: { readonly form: NewAliasForm; readonly place: AliasPlace };
  readonly existing?: { readonly form: AliasForm; readonly subject: AliasSubject };
}

type Change =
  | { readonly isNew: true; readonly made: ChangeOf<AliasCreation> }
  | { readonly isNew: false; readonly made: ChangeOf<AliasChange> };

interface Parts {
  readonly members: DomainMembers;
  readonly store: AliasStore;
  readonly targets: AliasTargets;
  readonly creation: AliasCreation;
  readonly settings: AliasChange;
}

/** How the lines of a file are read. */
interface Reading {
  readonly db: Knex;
  readonly asked: LinesToRead;
  /** Whether targets must be within the owner's domains. */
  readonly mustStay: boolean;
}

/** Aliases from a file. */
export class AliasImport implements ImportKind<Found, Change> {
  readonly key = 'aliases';
  readonly thing = 'alias';
  readonly permission = 'aliases.manage';
  readonly columns = aliasColumns;
  readonly stored = { table: 'aliases', column: 'address' };
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  nameOf({ address }: LineValues, options: LinesToRead['options']): LineName | undefined {
    return nameOfAddress(address, options);
  }

  async read(db: Knex, asked: LinesToRead): Promise<readonly FoundLine<Found>[]> {
    const { options, viewer } = asked;
    const domains = await domainsOfLines(db, asked);
    const mustStay = await this.#parts.targets.mustStay(viewer);
    const read = async (line: ImportLine): Promise<Found> => {
      const { wanted, errors } = parseCells(targetsForm, { targets: line.values['targets'] });
      const about = addressOfLine(line.values['address'], options, domains);
      if ('refusal' in about) {
        return { errors: { ...errors, address: about.refusal } };
      }
      const { targets } = wanted;
      if (targets === undefined) {
        return { errors: { targets: { key: 'aliases.errors.no-target' }, ...errors } };
      }
      const found = await this.#found({ db, asked, mustStay }, line, { ...about, targets });
      return { errors, ...found };
    };
    return await inTurns(db, asked, read);
  }

  decide(viewer: Viewer, { options, found }: FoundLine<Found>): Decision<Change> {
    const { errors } = found;
    const invalid = refusedAt(errors);
    return withoutLines(invalid ?? this.#decideValid(viewer, options, found));
  }

  #decideValid(
    viewer: Viewer,
    options: LinesToRead['options'],
    { place, existing }: Found,
  ): Decision<Change> {
    if (place !== undefined) {
      const decision = this.#parts.creation.decide(viewer, place.place, place.form);
      return decision.kind === 'refused'
        ? decision
        : { kind: decision.kind, change: { isNew: true, made: decision.change } };
    }
    return existing === undefined
      ? refused(new InvalidInputError({ address: { key: 'errors.not-found' } }))
      : this.#decideExisting(viewer, options.changes, existing);
  }

  async write(changing: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    await (change.isNew
      ? this.#parts.creation.write(changing, { kind, change: change.made })
      : this.#parts.settings.write(changing, { kind, change: change.made }));
  }

  versionOf({ existing }: Found): number {
    return existing === undefined ? 0 : existing.form.version + 1;
  }

  changeOf({ isNew, made }: Change): ChangedFields {
    if (!isNew) {
      return made.changed;
    }
    const targets = made.targets.map(({ address }) => address.toString());
    return { before: {}, after: aliasFields({ address: made.address.toString(), targets }) };
  }

  #decideExisting(
    viewer: Viewer,
    changes: boolean,
    { subject, form }: NonNullable<Found['existing']>,
  ): Decision<Change> {
    const decision = this.#parts.settings.decide(viewer, subject, form);
    if (!changes && decision.kind !== 'already-so') {
      return refused(
        new InvalidInputError({ address: { key: 'imports.errors.exists-otherwise' } }),
      );
    }
    return decision.kind === 'refused'
      ? decision
      : { kind: decision.kind, change: { isNew: false, made: decision.change } };
  }

  /** In a preview, what the file adds before is there already. */
  async #withEarlier(
    asked: LinesToRead,
    db: Knex,
    { id }: ImportLine,
    facts: TargetsFacts,
  ): Promise<TargetsFacts> {
    const missing = [...facts.recipients].filter(([, { exists }]) => !exists);
    if (db.isTransaction || missing.length === 0) {
      return facts;
    }
    const added = await asked.before(
      id,
      missing.map(([address]) => address),
    );
    const known = missing.flatMap(([address, each]) =>
      added.has(address) ? [[address, { ...each, exists: true }] as const] : [],
    );
    return { ...facts, recipients: new Map([...facts.recipients, ...known]) };
  }

  /** In a transaction, the domain is locked first. */
  async #found(
    { db, asked, mustStay }: Reading,
    line: ImportLine,
    { address, domain, targets }: About,
  ): Promise<Pick<Found, 'place' | 'existing'>> {
    const { members, store, creation, settings } = this.#parts;
    if (db.isTransaction) {
      await members.hold(db, domain);
    }
    const alias = await store.byAddress(db, domain, address);
    if (alias !== undefined) {
      const form = completed({ targets }, alias);
      const found = { domainRow: domain, alias };
      return {
        existing: {
          form,
          subject: await settings.read(db, asked.viewer, found, { form, mustStay }),
        },
      };
    }
    const form = { address, targets };
    const made = await creation.read(db, asked.viewer, domain, {
      form,
      mustStay,
      besides: asked.newBefore.get(line.id) ?? 0,
    });
    const targetsFacts = await this.#withEarlier(asked, db, line, made.targets);
    return { place: { form, place: { ...made, targets: targetsFacts } } };
  }
}

/** Cells have no lines: what is wrong is named by its text. */
function withoutLines(decision: Decision<Change>): Decision<Change> {
  const because = decision.kind === 'refused' ? decision.because : undefined;
  const targets = because instanceof InvalidInputError ? because.fields['targets'] : undefined;
  return targets?.key === 'aliases.errors.targets' && because instanceof InvalidInputError
    ? refused(
        new InvalidInputError({
          ...because.fields,
          targets: { ...targets, key: 'imports.errors.targets' },
        }),
      )
    : decision;
}

interface About {
  readonly address: EmailAddress;
  readonly domain: DomainRow;
  readonly targets: readonly TypedTarget[];
}
