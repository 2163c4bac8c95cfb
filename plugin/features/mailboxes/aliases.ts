import type { Knex } from 'knex';
import { EmailAddress, withTagOf, withoutTag } from '../../addresses/index.js';
import { type Meanwhile, changedSince } from '../../changes/changed-since.js';
import type { Changes, Changing } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { ConflictError, type FieldError, NotFoundError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { StoredAlias } from './alias.js';
import type { AliasStore } from './alias-store.js';
import type { AliasTargets } from './alias-targets.js';
import { type DomainMembers, type DomainPlan, assertAccepted, ownersOf } from './domain-members.js';
import type { AliasForm, NewAliasForm } from './forms.js';
import { forPeople } from './mailbox.js';
import { type Removal, type Removals, aliasChange, assertGivenUp, domainsOf } from './removals.js';
import { aliasInWords } from './words.js';

/** A domain with what the viewer may do about its aliases. */
export interface AliasesPage extends DomainPlan {
  /** Whether targets must be within the owner's domains. */
  readonly mustStay: boolean;
}

/** An alias with its domain. */
export interface AliasPage extends AliasesPage {
  readonly alias: StoredAlias;
}

/** The aliases of domains. */
export class Aliases {
  readonly #db: Database;
  readonly #changes: Changes;
  readonly #domains: DomainStore;
  readonly #members: DomainMembers;
  readonly #removals: Removals;
  readonly #targets: AliasTargets;
  readonly #store: AliasStore;

  constructor(parts: {
    readonly db: Database;
    readonly changes: Changes;
    readonly domains: DomainStore;
    readonly members: DomainMembers;
    readonly removals: Removals;
    readonly targets: AliasTargets;
    readonly store: AliasStore;
  }) {
    this.#db = parts.db;
    this.#changes = parts.changes;
    this.#domains = parts.domains;
    this.#members = parts.members;
    this.#removals = parts.removals;
    this.#targets = parts.targets;
    this.#store = parts.store;
  }

  /** @throws {NotFoundError} */
  async overview(viewer: Viewer, domain: string): Promise<AliasesPage> {
    return await this.#page(viewer, await this.#domains.require(viewer.scope, domain));
  }

  /** @throws {NotFoundError} */
  async page(viewer: Viewer, domain: string, id: number): Promise<AliasPage> {
    const { domainRow, alias } = await this.#find(viewer, domain, id);
    return { ...(await this.#page(viewer, domainRow)), alias };
  }

  /** @throws {NotFoundError} */
  async byAddress(viewer: Viewer, address: EmailAddress): Promise<AliasPage> {
    const domain = await this.#domains.require(viewer.scope, address.domain.ascii);
    const alias = await this.#store.findByAddress(domain, address);
    if (alias === undefined) {
      throw new NotFoundError('aliases.errors.not-found', { address: address.toUnicode() });
    }
    return { ...(await this.#page(viewer, domain)), alias };
  }

  /** @returns the alias's id. @throws {InvalidInputError} @throws {NotFoundError} */
  async create(viewer: Viewer, domainName: string, form: NewAliasForm): Promise<number> {
    const domain = await this.#domains.require(viewer.scope, domainName);
    const mustStay = await this.#targets.mustStay(viewer);
    const address = form.address.toString();

    return await this.#changes.make(viewer, async ({ tx, record, touch }) => {
      await this.#members.hold(tx, domain);
      assertAccepted({
        address:
          (await this.#members.addressRefusal(tx, form.address)) ??
          (await this.#members.placeRefusal(tx, viewer, 'aliases', domain)),
        targets: await this.#targets.refusal(tx, { viewer, domain, form, mustStay, kept: [] }),
      });
      const targets = form.targets.map((target) => target.address.toString());
      const id = await this.#store.insert(tx, {
        domainId: domain.id,
        address: form.address,
        targets,
      });
      await record({
        action: 'alias.created',
        subject: address,
        ...ownersOf(domain),
        after: aliasInWords({ address, targets }),
      });
      await touch([domain.id]);
      return id;
    });
  }

  /**
   * Changes targets, the address, or both. Aliases that lead to the old address lead to the new one then.
   *
   * @throws {InvalidInputError} @throws {NotFoundError}
   * @throws {ConflictError} when somebody else has changed the alias since `form.version`.
   */
  async change(viewer: Viewer, domain: string, id: number, form: AliasForm): Promise<void> {
    const { domainRow, alias } = await this.#find(viewer, domain, id);
    const mustStay = await this.#targets.mustStay(viewer);
    await this.#changes.make(viewer, async (changing) => {
      const { tx } = changing;
      await this.#members.hold(tx, domainRow);
      const before = await this.#store.held(tx, alias);
      if (before === undefined || before.version !== form.version) {
        throw new ConflictError('aliases.errors.changed-meanwhile', {
          address: forPeople(alias.address),
        });
      }
      const addressRefusal = await this.#renameRefusal(tx, viewer, before, form.address);
      if (addressRefusal === undefined) {
        await this.#replace(changing, viewer, { domain: domainRow, before, form });
      }
      // The last step, for a circle may close over what has followed to the new address.
      assertAccepted({
        address: addressRefusal,
        targets: await this.#targets.refusal(tx, {
          viewer,
          domain: domainRow,
          form,
          mustStay,
          kept: before.targets,
        }),
      });
    });
  }

  /** What would be lost with the alias. @throws {NotFoundError} */
  async removal(
    viewer: Viewer,
    domain: string,
    id: number,
  ): Promise<AliasPage & { readonly removal: Removal }> {
    const page = await this.page(viewer, domain, id);
    return { ...page, removal: await this.#removals.of(viewer.scope, page.alias) };
  }

  /**
   * Removes the alias with those that lead nowhere else.
   *
   * @param expected what `removal` said to be lost; undefined agrees with anything.
   * @throws {NotFoundError} @throws {ConflictError} when it is something else by now, or mail is forwarded to it.
   */
  async remove(
    viewer: Viewer,
    domain: string,
    id: number,
    expected?: string,
  ): Promise<readonly StoredAlias[]> {
    const { domainRow, alias } = await this.#find(viewer, domain, id);
    return await this.#changes.make(viewer, async (changing) => {
      const { tx, record, touch } = changing;
      await this.#members.hold(tx, domainRow);
      const held = await this.#store.held(tx, alias);
      if (held === undefined) {
        throw new NotFoundError();
      }
      const removed = await this.#removals.apply(changing, viewer.scope, held, expected);
      await this.#store.remove(tx, id);
      await assertGivenUp(tx, held.address);
      await record({
        action: 'alias.removed',
        subject: held.address,
        ...ownersOf(domainRow),
        before: aliasInWords(held),
      });
      await touch([domainRow.id]);
      return removed;
    });
  }

  /** What others changed after `version`, the newest first. @throws {NotFoundError} */
  async meanwhile(
    viewer: Viewer,
    domain: string,
    id: number,
    version: number,
  ): Promise<readonly Meanwhile[]> {
    const { alias, domainRow } = await this.#find(viewer, domain, id);
    return await changedSince(this.#db, ['alias.changed'], {
      subject: alias.address,
      version,
      since: domainRow.created_at,
    });
  }

  async #page(viewer: Viewer, domain: DomainRow): Promise<AliasesPage> {
    const [plan, mustStay] = await Promise.all([
      this.#members.planFor(viewer, 'aliases', domain),
      this.#targets.mustStay(viewer),
    ]);
    return { ...plan, mustStay };
  }

  async #find(
    viewer: Viewer,
    domain: string,
    id: number,
  ): Promise<{ readonly domainRow: DomainRow; readonly alias: StoredAlias }> {
    const domainRow = await this.#domains.require(viewer.scope, domain);
    const alias = await this.#store.find(domainRow, id);
    if (alias === undefined) {
      throw new NotFoundError();
    }
    return { domainRow, alias };
  }

  /** An address can only be given up when no domain forwards to it. */
  async #renameRefusal(
    tx: Knex.Transaction,
    viewer: Viewer,
    before: StoredAlias,
    address: EmailAddress,
  ): Promise<FieldError | undefined> {
    if (address.toString() === before.address) {
      return undefined;
    }
    const [domain] = await this.#store.forwardingDomains(viewer.scope, [before.address], tx);
    return domain === undefined
      ? await this.#members.addressRefusal(tx, address)
      : {
          key: 'mailboxes.errors.is-forwarded-to',
          args: { address: forPeople(before.address), domains: domain },
        };
  }

  async #replace(
    changing: Changing,
    viewer: Viewer,
    change: { readonly domain: DomainRow; readonly before: StoredAlias; readonly form: AliasForm },
  ): Promise<void> {
    const { domain, before, form } = change;
    const after = {
      address: form.address.toString(),
      targets: form.targets.map((target) => target.address.toString()),
    };
    const changed = aliasChange(before, after);
    if (Object.keys(changed.before).length === 0) {
      return;
    }
    await this.#store.replace(changing.tx, before, form.address, after.targets);
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

  /** Brings the aliases of the viewer's scope that lead to the old address to the new one. */
  async #follow(
    { tx, record, touch }: Changing,
    viewer: Viewer,
    from: string,
    to: string,
  ): Promise<void> {
    const leading = await this.#store.leadingTo(viewer.scope, from, tx);
    const direct = leading.filter(
      ({ address, targets }) => address !== to && targets.map(withoutTag).includes(from),
    );
    const domains = await domainsOf(tx, direct);
    for (const alias of direct) {
      const targets = [...new Set(alias.targets.map((target) => moved(target, from, to)))];
      await this.#store.replace(tx, alias, EmailAddress.parse(alias.address), targets);
      await record({
        action: 'alias.changed',
        subject: alias.address,
        ...domains.ownersOf(alias),
        ...aliasChange(alias, { ...alias, targets }),
      });
    }
    await touch(domains.ids);
    await assertGivenUp(tx, from);
  }
}

function moved(target: string, from: string, to: string): string {
  return withoutTag(target) === from ? withTagOf(target, to) : target;
}
