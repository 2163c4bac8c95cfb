import type { App } from '../../plugin/app.js';
import { addEntries } from '../support/entries.js';

export interface LogIds {
  /** A change of several domains in one act. */
  readonly act: number;
  /** A change of one domain. */
  readonly change: number;
}

interface Owner {
  readonly id: number;
}

/** A bulk over the customer's domains, whose changes differ, and a single change. */
export async function fillLog(
  app: App,
  customer: Owner,
  reseller: Owner,
  domains: readonly string[],
): Promise<LogIds> {
  const about = (subject: string): { subject: string; domain: string; owner_id: number } => ({
    subject,
    domain: subject,
    owner_id: customer.id,
  });
  const shared = { at: Date.UTC(2026, 9, 5, 8), actor: 'camille', reseller_id: reseller.id };
  await addEntries(app.db, [
    ...domains.map((name, index) => ({
      ...about(name),
      ...shared,
      group_id: 'sample-bulk',
      action: 'domain-mail.changed',
      before: JSON.stringify({ policy: index % 3 === 0 ? 'bounce' : 'reject' }),
      after: JSON.stringify({ policy: 'forward', forwardTo: 'info@example.org', version: 2 }),
      search_text: `camille ${name}`,
    })),
    {
      ...about(domains[0] ?? ''),
      ...shared,
      group_id: 'sample-change',
      action: 'domain-mail.changed',
      before: JSON.stringify({ mailEnabled: false }),
      after: JSON.stringify({ mailEnabled: true, version: 3 }),
    },
  ]);
  return { act: await actOf(app, 'sample-bulk'), change: await actOf(app, 'sample-change') };
}

async function actOf(app: App, group: string): Promise<number> {
  const act: { readonly id: number } | undefined = await app.db
    .knex('audit_acts')
    .where({ group_id: group })
    .first('id');
  return Number(act?.id);
}
