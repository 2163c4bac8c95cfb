import type { Knex } from 'knex';
import { EmailAddress, readable, withTagOf, withoutTag } from '../../addresses/index.js';
import type { ChangedFields } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { ConflictError, type FieldError, InvalidInputError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { StoredAlias } from './alias.js';
import { type Renaming, followersOf, moveRefusal } from './alias-move.js';
import type { AliasStore } from './alias-store.js';
import { type AliasTargets, type TargetsFacts, targetsRefusal } from './alias-targets.js';
import { type DomainMembers, ownersOf } from './domain-members.js';
import { comesBack, onceUnknown } from './following.js';
import type { AliasForm } from './forms.js';
import { forPeople } from './mailbox.js';
import { aliasChange, domainsOf, removalLoop, retarget } from './removals.js';

/** What is left out stays unchanged. */
export type WantedAlias = Partial<AliasForm>;

export interface FoundAlias {
  readonly domainRow: DomainRow;
  readonly alias: StoredAlias;
}

export interface AliasSubject extends FoundAlias {
  /** The current alias; undefined when it has been removed. */
  readonly before: StoredAlias | undefined;
  /** Whether targets must be within the owner's domains. */
  readonly mustStay: boolean;
  readonly addressRefusal: FieldError | undefined;
  readonly targets: TargetsFacts | undefined;
  readonly renaming: Renaming | undefined;
}

export interface ChangedAlias {
  readonly viewer: Viewer;
  readonly domain: DomainRow;
  readonly before: StoredAlias;
  readonly form: AliasForm;
  readonly after: { readonly address: string; readonly targets: readonly string[] };
  readonly changed: ChangedFields;
  readonly mustStay: boolean;
}

interface AliasChangeParts {
  readonly members: DomainMembers;
  readonly targets: AliasTargets;
  readonly store: AliasStore;
}

/** Changes the targets of an alias, its address, or both. Aliases that forward to the old address follow. */
export class AliasChange implements Verb<AliasSubject, AliasForm, ChangedAlias, void> {
  readonly #parts: AliasChangeParts;

  constructor(parts: AliasChangeParts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} when the domain has been removed. */
  async read(
    tx: Knex,
    viewer: Viewer,
    { domainRow, alias }: FoundAlias,
    { form, mustStay }: { readonly form: AliasForm; readonly mustStay: boolean },
  ): Promise<AliasSubject> {
    await this.#parts.members.hold(tx, domainRow);
    const before = await this.#parts.store.held(tx, alias);
    const subject = { domainRow, alias, before, mustStay };
    if (before === undefined) {
      return { ...subject, addressRefusal: undefined, targets: undefined, renaming: undefined };
    }
    const renaming = await this.#renaming(tx, viewer, before, form.address);
    return {
      ...subject,
      addressRefusal: renaming && (await this.#renameRefusal(tx, viewer, before, form.address)),
      targets: await this.#parts.targets.load(
        tx,
        { viewer, domain: domainRow },
        { form, mustStay, kept: before.targets },
        renaming?.given === undefined ? [] : [renaming.given],
      ),
      renaming,
    };
  }

  decide(viewer: Viewer, subject: AliasSubject, form: AliasForm): Decision<ChangedAlias> {
    const { before, alias, domainRow: domain, mustStay, targets, renaming } = subject;
    if (before === undefined || targets === undefined || before.version !== form.version) {
      return refused(changedMeanwhile(alias));
    }
    const after = {
      address: form.address.toString(),
      targets: form.targets.map((target) => target.address.toString()),
    };
    const changed = aliasChange(before, after);
    const isSo = Object.keys(changed.before).length === 0;
    const wanted = { form, mustStay, kept: before.targets };
    return (
      moveRefusal({ before, after, renaming }, wanted, targets, subject.addressRefusal) ?? {
        kind: isSo ? 'already-so' : 'will-change',
        change: { viewer, domain, before, form, after, changed, mustStay },
      }
    );
  }

  /** Checks the targets again, as the decision may be older. @throws {InvalidInputError} @throws {ConflictError} */
  async write(changing: Changing, { kind, change }: Agreed<ChangedAlias>): Promise<void> {
    if (kind === 'will-change') {
      await this.#replace(changing, change);
    }
    const { form, mustStay, before } = change;
    const wanted = { form, mustStay, kept: before.targets };
    const facts = await this.#parts.targets.load(changing.tx, change, wanted);
    const targets = targetsRefusal(wanted, facts);
    if (targets !== undefined) {
      throw new InvalidInputError({ targets });
    }
  }

  async #renaming(
    tx: Knex,
    { scope }: Viewer,
    { address: from }: StoredAlias,
    to: EmailAddress,
  ): Promise<Renaming | undefined> {
    if (to.toString() === from) {
      return undefined;
    }
    const leading = await this.#parts.store.leadingTo(scope, from, tx);
    return {
      followers: new Set(followersOf(leading, from).map(({ address }) => address)),
      given: await onceUnknown(tx, from),
    };
  }

  /** An address can only be given up if no domain forwards to it. */
  async #renameRefusal(
    tx: Knex,
    viewer: Viewer,
    before: StoredAlias,
    address: EmailAddress,
  ): Promise<FieldError | undefined> {
    const [domain] = await this.#parts.store.forwardingDomains(viewer.scope, [before.address], tx);
    return domain === undefined
      ? await this.#parts.members.addressRefusal(tx, viewer, address)
      : {
          key: 'mailboxes.errors.is-forwarded-to',
          args: { address: forPeople(before.address), domains: readable(domain) },
        };
  }

  async #replace(
    changing: Changing,
    { viewer, domain, before, form, after, changed }: ChangedAlias,
  ): Promise<void> {
    if (!(await this.#parts.store.replace(changing.tx, before, form.address, after.targets))) {
      throw changedMeanwhile(before);
    }
    await changing.record({
      action: 'alias.changed',
      subject: after.address,
      ...ownersOf(domain),
      ...changed,
    });
    if (after.address !== before.address) {
      await this.#follow(changing, viewer, before.address, after.address);
    }
    await changing.touch([domain.id]);
  }

  /** Updates the aliases in the viewer's scope that forward to the old address. */
  async #follow(changing: Changing, viewer: Viewer, from: string, to: string): Promise<void> {
    const { tx, touch } = changing;
    const leading = await this.#parts.store.leadingTo(viewer.scope, from, tx);
    const direct = followersOf(leading, from).filter(({ address }) => address !== to);
    const domains = await domainsOf(tx, direct);
    for (const alias of direct) {
      const targets = [...new Set(alias.targets.map((target) => moved(target, from, to)))];
      await retarget(changing, this.#parts.store, { alias, targets, domains });
    }
    await touch(domains.ids);
    if (await comesBack(tx, from)) {
      throw removalLoop(from);
    }
  }
}

function changedMeanwhile({ address }: StoredAlias): ConflictError {
  return new ConflictError('aliases.errors.changed-meanwhile', { address: forPeople(address) });
}

/** Completes wanted values with the current ones. */
export function completed(wanted: WantedAlias, alias: StoredAlias): AliasForm {
  return {
    version: wanted.version ?? alias.version,
    address: wanted.address ?? EmailAddress.parse(alias.address),
    targets:
      wanted.targets ??
      alias.targets.map((target, index) => ({
        line: index + 1,
        address: EmailAddress.parse(target),
      })),
  };
}

function moved(target: string, from: string, to: string): string {
  return withoutTag(target) === from ? withTagOf(target, to) : target;
}
