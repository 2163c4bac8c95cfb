import type { PlanUsage, Used, UsageOf } from '../../panel/directory/plan-usage.js';

/** The fullest domains of an account, and its largest mailbox. */
export async function usageOf(of: UsageOf): Promise<PlanUsage> {
  const [maxMailboxes, maxAliases, maxQuotaBytes] = [
    await fullest(of, 'mailboxes'),
    await fullest(of, 'aliases'),
    await largestMailbox(of),
  ];
  return {
    ...(maxMailboxes && { maxMailboxes }),
    ...(maxAliases && { maxAliases }),
    ...(maxQuotaBytes && { maxQuotaBytes }),
  };
}

interface FullestRow {
  readonly used: number | string;
  readonly name: string;
}

async function fullest(
  { db, accountId }: UsageOf,
  kind: 'mailboxes' | 'aliases',
): Promise<Used | undefined> {
  const row: FullestRow | undefined = await db(kind)
    .join('domains', 'domains.id', `${kind}.domain_id`)
    .where('domains.owner_id', accountId)
    .groupBy('domains.id')
    .select(db.raw('COUNT(*) AS used'), db.raw('MIN(COALESCE(utf8_name, name)) AS name'))
    .orderBy([{ column: 'used', order: 'desc' }, 'domains.id'])
    .first();
  return row && usedIn(row);
}

async function largestMailbox({ db, accountId }: UsageOf): Promise<Used | undefined> {
  const row: FullestRow | undefined = await db('mailboxes')
    .join('domains', 'domains.id', 'mailboxes.domain_id')
    .where('domains.owner_id', accountId)
    .whereNotNull('quota_bytes')
    .orderBy([{ column: 'quota_bytes', order: 'desc' }, 'mailboxes.id'])
    .first('quota_bytes as used', 'address as name');
  return row && usedIn(row);
}

function usedIn({ used, name }: FullestRow): Used {
  return { used: Number(used), fullest: name };
}
