import type { Knex } from 'knex';
import { DomainName, type EmailAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { holdAccount, shared } from '../../database/locks.js';
import { Prepared } from '../../database/prepared.js';
import { type FieldError, NotFoundError } from '../../errors.js';
import { type QuotaRoom, isHeldToPlans, quotaRoom } from '../../panel/directory/admission.js';
import type { Domain, DomainRow } from '../../panel/directory/domain.js';
import { domainFrom } from '../../panel/directory/domain-store.js';
import type { Effective, EffectivePlan } from '../../panel/directory/effective-plan.js';
import { EffectivePlans, heldPlan } from '../../panel/directory/effective-plans.js';
import { reservedAmong, reservedName } from '../../removals/reserved.js';
import { ownersIn } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';

export type MemberKind = 'mailboxes' | 'aliases';

/** The number in a domain, and its owner's limit; undefined means no limit. */
interface Usage {
  readonly count: number;
  readonly most: number | undefined;
  /** Whether the viewer cannot add another one. */
  readonly isFull: boolean;
  /** Whether the viewer cannot because of all domains of the owner together. */
  readonly isFullInAll: boolean;
}

/** A domain with the rest of its owner's limits for the viewer. */
export interface DomainPlan {
  readonly domain: Domain;
  readonly domainName: DomainName;
  readonly usage: Usage;
  /** The largest quota that the viewer may assign; undefined means no limit. */
  readonly mostQuotaBytes: number | undefined;
  /** The largest quota of the owner's plan, which a new mailbox gets unless another is given. */
  readonly planQuota: Effective;
  readonly plan: EffectivePlan;
}

interface QuotaLimits {
  readonly mostQuotaBytes: number | undefined;
  readonly quotaRoom: QuotaRoom | undefined;
  readonly plan: EffectivePlan;
}

/** What mailboxes and aliases of a domain share: its addresses and its owner's plan. */
export class DomainMembers {
  readonly #plans: EffectivePlans;
  readonly #owned: Readonly<Record<MemberKind, Prepared<{ ownerId: number }, { n: number }>>>;
  readonly #counts: Readonly<Record<MemberKind, Prepared<{ domainId: number }, { n: number }>>>;

  constructor(db: Database) {
    this.#plans = new EffectivePlans(db);
    const count = (kind: MemberKind): Prepared<{ domainId: number }, { n: number }> =>
      new Prepared(db, (value) =>
        db.knex(kind).count('* as n').where('domain_id', value('domainId')),
      );
    const owned = (kind: MemberKind): Prepared<{ ownerId: number }, { n: number }> =>
      new Prepared(db, (value) =>
        db
          .knex(kind)
          .count('* as n')
          .join('domains', 'domains.id', `${kind}.domain_id`)
          .where('domains.owner_id', value('ownerId')),
      );
    this.#owned = { mailboxes: owned('mailboxes'), aliases: owned('aliases') };
    this.#counts = { mailboxes: count('mailboxes'), aliases: count('aliases') };
  }

  async planFor(viewer: Viewer, kind: MemberKind, row: DomainRow): Promise<DomainPlan> {
    const [plan, [counted]] = await Promise.all([
      this.#plans.of(row.owner_id),
      this.#counts[kind].run({ domainId: row.id }),
    ]);
    const count = Number(counted?.n);
    const { value: most } = plan.limit(kind === 'mailboxes' ? 'maxMailboxes' : 'maxAliases');
    const planQuota = plan.limit('maxQuotaBytes');
    const isHeld = isHeldToPlans(viewer);
    const all = plan.limit(kind === 'mailboxes' ? 'maxAllMailboxes' : 'maxAllAliases').value;
    return {
      domain: domainFrom(row),
      domainName: DomainName.parse(row.name),
      usage: {
        count,
        most,
        isFull: isHeld && most !== undefined && count >= most,
        isFullInAll:
          isHeld && all !== undefined && (await this.#countOwned(kind, row.owner_id)) >= all,
      },
      mostQuotaBytes: isHeld ? planQuota.value : undefined,
      planQuota,
      plan,
    };
  }

  async #countOwned(kind: MemberKind, ownerId: number): Promise<number> {
    const [row] = await this.#owned[kind].run({ ownerId });
    return Number(row?.n);
  }

  /** The largest quota of the owner's plan, which a new mailbox gets unless another is given. */
  async planQuota({ owner_id: ownerId }: Pick<DomainRow, 'owner_id'>): Promise<Effective> {
    return (await this.#plans.of(ownerId)).limit('maxQuotaBytes');
  }

  /** The largest quota that the viewer may assign in a domain; undefined means no limit. */
  async mostQuotaBytes(
    viewer: Viewer,
    domain: Pick<DomainRow, 'owner_id'>,
  ): Promise<number | undefined> {
    return isHeldToPlans(viewer)
      ? (await this.#plans.of(domain.owner_id)).limit('maxQuotaBytes').value
      : undefined;
  }

  /** The quotas that the viewer may assign to an owner's mailboxes. In a transaction, locks the owner. */
  async quotaLimits(db: Knex, viewer: Viewer, ownerId: number): Promise<QuotaLimits> {
    if (db.isTransaction) {
      await holdAccount(db, ownerId);
    }
    const plan = await heldPlan(db, ownerId);
    return {
      plan,
      mostQuotaBytes: isHeldToPlans(viewer) ? plan.limit('maxQuotaBytes').value : undefined,
      quotaRoom: await quotaRoom(db, viewer, ownerId),
    };
  }

  /**
   * Locks the domain and its owner against additions until the transaction ends, so that counts and look-ups stay true.
   * Must come first in the transaction: earlier reads may be outdated. On SQLite the transaction already has the write
   * lock.
   *
   * @throws {NotFoundError} when the domain has been removed.
   */
  async hold(tx: Knex, domain: DomainRow): Promise<void> {
    await holdAccount(tx, domain.owner_id);
    const held: unknown = await tx('domains').where({ id: domain.id }).forUpdate().first('id');
    if (held === undefined) {
      throw new NotFoundError('errors.domain-not-found', { domain: domain.name });
    }
  }

  /** Which of these addresses a mailbox or an alias has, or a removed one that may come back. */
  async takenAmong(db: Knex, addresses: readonly EmailAddress[]): Promise<ReadonlySet<string>> {
    const listed = addresses.map((address) => address.toString());
    const found = await Promise.all(
      (['mailboxes', 'aliases'] as const).map((kind) =>
        db(kind).whereIn('address', listed).pluck<string[]>('address'),
      ),
    );
    return new Set([...found.flat(), ...(await reservedAmong(db, listed))]);
  }

  /**
   * Why the locked domain cannot have this address, if so: mailboxes and aliases share addresses, and a removed one may
   * come back.
   *
   * @param except the removal that is about to come back itself.
   */
  async addressRefusal(
    tx: Knex,
    { scope }: Pick<Viewer, 'scope'>,
    address: EmailAddress,
    except?: number,
  ): Promise<FieldError | undefined> {
    for (const kind of ['mailboxes', 'aliases'] as const) {
      const taken: unknown = await shared(
        tx,
        tx<{ id: number; address: string }>(kind).where({ address: address.toString() }),
      ).first('id');
      if (taken !== undefined) {
        return { key: `${kind}.errors.taken`, args: { address: address.toUnicode() } };
      }
    }
    return await reservedName(tx, scope, address.toString(), except);
  }
}

/** Whose an audit entry about one of the domain's addresses is. */
export function ownersOf(domain: DomainRow): {
  readonly ownerId: number;
  readonly resellerId: number | undefined;
  readonly domain: string;
} {
  return { ...ownersIn(domain), domain: domain.name };
}
