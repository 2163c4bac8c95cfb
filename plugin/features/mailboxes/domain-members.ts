import type { Knex } from 'knex';
import { DomainName, type EmailAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import { type FieldError, NotFoundError } from '../../errors.js';
import type { Domain, DomainRow } from '../../panel/directory/domain.js';
import { domainFrom } from '../../panel/directory/domain-store.js';
import { type Plan, planlessLimits } from '../../panel/directory/plan.js';
import { type PlanRow, planFrom } from '../../panel/directory/rows.js';
import { ownersIn } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';

export type MemberKind = 'mailboxes' | 'aliases';

type DomainLimits = Pick<Plan, 'maxMailboxes' | 'maxAliases' | 'maxQuotaBytes'>;

/** The number in a domain, and its owner's limit; undefined means no limit. */
interface Usage {
  readonly count: number;
  readonly most: number | undefined;
  /** Whether the viewer cannot add another one. */
  readonly isFull: boolean;
}

/** A domain with the rest of its owner's limits for the viewer. */
export interface DomainPlan {
  readonly domain: Domain;
  readonly domainName: DomainName;
  readonly usage: Usage;
  /** The largest quota that the viewer may assign; undefined means no limit. */
  readonly mostQuotaBytes: number | undefined;
  /** The largest quota of the owner's plan, which a new mailbox gets unless another is given; undefined means no limit. */
  readonly planQuotaBytes: number | undefined;
}

/** What mailboxes and aliases of a domain share: its addresses and its owner's plan. */
export class DomainMembers {
  readonly #plan: Prepared<{ ownerId: number }, PlanRow>;
  readonly #counts: Readonly<Record<MemberKind, Prepared<{ domainId: number }, { n: number }>>>;

  constructor(db: Database) {
    this.#plan = new Prepared(db, (value) =>
      db
        .knex('accounts as a')
        .leftJoin('accounts as r', 'r.id', 'a.parent_id')
        .join('plans as p', 'p.id', db.knex.raw('COALESCE(a.plan_id, r.plan_id)'))
        .select('p.*')
        .where('a.id', value('ownerId')),
    );
    const count = (kind: MemberKind): Prepared<{ domainId: number }, { n: number }> =>
      new Prepared(db, (value) =>
        db.knex(kind).count('* as n').where('domain_id', value('domainId')),
      );
    this.#counts = { mailboxes: count('mailboxes'), aliases: count('aliases') };
  }

  async planFor(viewer: Viewer, kind: MemberKind, row: DomainRow): Promise<DomainPlan> {
    const [plan, [counted]] = await Promise.all([
      this.#planOf(row),
      this.#counts[kind].run({ domainId: row.id }),
    ]);
    const count = Number(counted?.n);
    const most = mostOf(kind, plan);
    const isHeld = isHeldToPlans(viewer);
    return {
      domain: domainFrom(row),
      domainName: DomainName.parse(row.name),
      usage: { count, most, isFull: isHeld && most !== undefined && count >= most },
      mostQuotaBytes: isHeld ? plan?.maxQuotaBytes : undefined,
      planQuotaBytes: plan?.maxQuotaBytes,
    };
  }

  /** The largest quota that the viewer may assign in a domain; undefined means no limit. */
  async mostQuotaBytes(viewer: Viewer, domain: DomainRow): Promise<number | undefined> {
    return isHeldToPlans(viewer) ? (await this.#planOf(domain))?.maxQuotaBytes : undefined;
  }

  /**
   * Locks the domain against additions until the transaction ends, so that counts and look-ups stay true. Must come
   * first in the transaction: earlier reads may be outdated. On SQLite the transaction already has the write lock.
   *
   * @throws {NotFoundError} when the domain has been removed.
   */
  async hold(tx: Knex.Transaction, domain: DomainRow): Promise<void> {
    const held: unknown = await tx('domains').where({ id: domain.id }).forUpdate().first('id');
    if (held === undefined) {
      throw new NotFoundError('errors.domain-not-found', { domain: domain.name });
    }
  }

  /** Why the locked domain has no place for another mailbox or alias, if so. */
  async placeRefusal(
    tx: Knex.Transaction,
    viewer: Viewer,
    kind: MemberKind,
    domain: DomainRow,
  ): Promise<FieldError | undefined> {
    const most = mostOf(kind, await this.#planOf(domain));
    if (most === undefined || !isHeldToPlans(viewer)) {
      return undefined;
    }
    const [row] = await tx(kind).where({ domain_id: domain.id }).count<{ n: number }[]>('* as n');
    return Number(row?.n) < most
      ? undefined
      : { key: `${kind}.errors.plan-full`, args: { count: most } };
  }

  /** Why the locked domain cannot have this address, if so: mailboxes and aliases share addresses. */
  async addressRefusal(
    tx: Knex.Transaction,
    address: EmailAddress,
  ): Promise<FieldError | undefined> {
    for (const kind of ['mailboxes', 'aliases'] as const) {
      const taken: unknown = await tx(kind).where({ address: address.toString() }).first('id');
      if (taken !== undefined) {
        return { key: `${kind}.errors.taken`, args: { address: address.toUnicode() } };
      }
    }
    return undefined;
  }

  /**
   * The limits of a domain: those of its owner's plan, or else of the reseller's. The administrators' own customers have
   * none without a plan, and can change nothing.
   */
  async #planOf(domain: DomainRow): Promise<DomainLimits | undefined> {
    const [row] = await this.#plan.run({ ownerId: domain.owner_id });
    const ofReseller = domain.reseller_id === null ? undefined : planlessLimits;
    return row === undefined ? ofReseller : planFrom(row);
  }
}

function mostOf(kind: MemberKind, plan: DomainLimits | undefined): number | undefined {
  return kind === 'mailboxes' ? plan?.maxMailboxes : plan?.maxAliases;
}

/** Administrators, who create the plans, have no limits. */
function isHeldToPlans(viewer: Viewer): boolean {
  return !viewer.permissions.has('plans.manage');
}

/** Whose an audit entry about one of the domain's addresses is. */
export function ownersOf(domain: DomainRow): {
  readonly ownerId: number;
  readonly resellerId: number | undefined;
  readonly domain: string;
} {
  return { ...ownersIn(domain), domain: domain.name };
}
