import type { Knex } from 'knex';
import {
  type PlanUsage,
  type Used,
  type UsageOf,
  askedFor,
} from '../../panel/directory/plan-usage.js';
import { forPeople } from './mailbox.js';

/** The fullest domains of an account, its largest mailbox, and what all of them have together. */
export async function usageOf(of: UsageOf): Promise<PlanUsage> {
  return await askedFor(of.of, {
    maxMailboxes: () => fullest(of, 'mailboxes'),
    maxAliases: () => fullest(of, 'aliases'),
    maxAllMailboxes: () => counted(of, 'mailboxes'),
    maxAllAliases: () => counted(of, 'aliases'),
    maxQuotaBytes: () => largestMailbox(of),
    maxAllQuotaBytes: () => allQuota(of),
  });
}

interface FullestRow {
  readonly used: number | string;
  readonly name: string;
}

type Kind = 'mailboxes' | 'aliases';

function owned({ db, accountId }: UsageOf, kind: Kind): Knex.QueryBuilder {
  return db(kind)
    .join('domains', 'domains.id', `${kind}.domain_id`)
    .where('domains.owner_id', accountId);
}

async function fullest(of: UsageOf, kind: Kind): Promise<Used | undefined> {
  const { db } = of;
  const row: FullestRow | undefined = await owned(of, kind)
    .groupBy('domains.id')
    .select(db.raw('COUNT(*) AS used'), db.raw('MIN(COALESCE(utf8_name, name)) AS name'))
    .orderBy([{ column: 'used', order: 'desc' }, 'domains.id'])
    .first();
  return row && usedIn(row);
}

async function counted(of: UsageOf, kind: Kind): Promise<Used> {
  const [row] = await owned(of, kind).count<{ n: number }[]>('* as n');
  return { used: Number(row?.n) };
}

async function largestMailbox(of: UsageOf): Promise<Used | undefined> {
  const row: FullestRow | undefined = await owned(of, 'mailboxes')
    .whereNotNull('quota_bytes')
    .orderBy([{ column: 'quota_bytes', order: 'desc' }, 'mailboxes.id'])
    .first('quota_bytes as used', 'address as name');
  return row && usedIn({ ...row, name: forPeople(row.name) });
}

async function allQuota(of: UsageOf): Promise<Used> {
  const [row] = await owned(of, 'mailboxes').sum<{ n: number | string | null }[]>(
    'quota_bytes as n',
  );
  return { used: Number(row?.n ?? 0) };
}

function usedIn({ used, name }: FullestRow): Used {
  return { used: Number(used), fullest: name };
}
