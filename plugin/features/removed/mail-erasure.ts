import { rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';

interface Left {
  readonly domain_id: number;
  readonly mailbox_id: number;
}

/**
 * Erases the mail on this host that belongs to mailboxes which were removed for good. Folders are named by IDs, which no
 * other mailbox gets.
 *
 * @param folder the mail storage.
 * @returns how many mailboxes had mail here.
 */
export async function eraseMail(db: Knex, folder: string): Promise<number> {
  const left: readonly Left[] = await db('mail_to_erase')
    .whereNotIn('mailbox_id', db('mailboxes').select('id'))
    .orderBy('id')
    .select('domain_id', 'mailbox_id');
  let erased = 0;
  for (const { domain_id: domain, mailbox_id: mailbox } of left) {
    const ofDomain = join(folder, String(domain));
    const ofMailbox = join(ofDomain, String(mailbox));
    if (await exists(ofMailbox)) {
      await rm(ofMailbox, { recursive: true });
      erased += 1;
    }
    // Others of the domain may still be there.
    await rmdir(ofDomain).catch(() => undefined);
  }
  return erased;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
