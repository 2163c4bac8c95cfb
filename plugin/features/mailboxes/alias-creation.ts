import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refusedAt, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import type { FieldError } from '../../errors.js';
import { admitAliases } from '../../panel/directory/admission.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { AliasStore } from './alias-store.js';
import { type AliasTargets, type TargetsFacts, targetsRefusal } from './alias-targets.js';
import { type DomainMembers, ownersOf } from './domain-members.js';
import type { NewAliasForm } from './forms.js';
import { aliasFields } from './audit-fields.js';

/** A place for a new alias. */
export interface AliasPlace {
  readonly domain: DomainRow;
  /** Why the domain cannot have this alias, if so. */
  readonly addressRefusal: FieldError | undefined;
  readonly mustStay: boolean;
  readonly targets: TargetsFacts;
}

interface NewAlias extends NewAliasForm {
  readonly domain: DomainRow;
}

interface AliasCreationParts {
  readonly members: DomainMembers;
  readonly targets: AliasTargets;
  readonly store: AliasStore;
}

interface WantedAliasPlace {
  readonly form: NewAliasForm;
  /** Whether targets must be within the owner's domains. */
  readonly mustStay: boolean;
  /** How many others the domain gets before. */
  readonly besides?: number;
  /** The removal that is about to come back itself. */
  readonly except?: number;
}

/** Adds aliases. */
export class AliasCreation implements Verb<AliasPlace, NewAliasForm, NewAlias, number> {
  readonly #parts: AliasCreationParts;

  constructor(parts: AliasCreationParts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} */
  async read(
    tx: Knex,
    viewer: Viewer,
    domain: DomainRow,
    { form, mustStay, besides = 0, except }: WantedAliasPlace,
  ): Promise<AliasPlace> {
    await this.#parts.members.hold(tx, domain);
    return {
      domain,
      addressRefusal:
        (await this.#parts.members.addressRefusal(tx, viewer, form.address, except)) ??
        (await admitAliases(tx, viewer, domain, 1 + besides)),
      mustStay,
      targets: await this.#parts.targets.load(tx, { viewer, domain }, { form, mustStay, kept: [] }),
    };
  }

  decide(_viewer: Viewer, place: AliasPlace, wanted: NewAliasForm): Decision<NewAlias> {
    const { domain, addressRefusal, mustStay } = place;
    const targets = targetsRefusal({ form: wanted, mustStay, kept: [] }, place.targets);
    return refusedAt({ address: addressRefusal, targets }) ?? willChange({ ...wanted, domain });
  }

  /** @returns the alias's id. */
  async write({ tx, record, touch }: Changing, { change }: Agreed<NewAlias>): Promise<number> {
    const { domain } = change;
    const address = change.address.toString();
    const targets = change.targets.map((target) => target.address.toString());
    const id = await this.#parts.store.insert(tx, {
      domainId: domain.id,
      address: change.address,
      targets,
    });
    await record({
      action: 'alias.created',
      subject: address,
      ...ownersOf(domain),
      after: aliasFields({ address, targets }),
    });
    await touch([domain.id]);
    return id;
  }
}
