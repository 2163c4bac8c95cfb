import type { App } from '../../plugin/app.js';
import type { StoredMail } from '../../plugin/panel-mail/store.js';

/** Lets the panel send its own mails. Without background work they stay queued. */
export async function chooseMailHost({ db }: Pick<App, 'db'>): Promise<void> {
  await db.knex('panel_mail_settings').insert({ id: 1, way: 'mail-host' });
}

/** The panel's mails that are waiting, oldest first. */
export async function queuedMails({
  db,
  panelMail,
}: Pick<App, 'db' | 'panelMail'>): Promise<readonly StoredMail[]> {
  const mails: StoredMail[] = [];
  for (const id of await panelMail.store.waiting(db.knex, { after: 0, most: 1000 })) {
    const mail = await db.transaction((tx) => panelMail.store.held(tx, id));
    if (mail !== undefined) {
      mails.push(mail);
    }
  }
  return mails;
}

/** The path of the last mail's link. */
export async function lastMailedPath(app: Pick<App, 'db' | 'panelMail'>): Promise<string> {
  return (await queuedMails(app)).at(-1)?.path ?? '';
}
