import { join } from 'node:path';

interface Data {
  readonly dataFolder: string;
}

/** The file that Postfix and Dovecot read where the database is SQLite. */
export function mailFileOf({ dataFolder }: Data): string {
  return join(dataFolder, 'mail', 'mail.sqlite');
}

/** Leads to the socket where the mail host of this machine takes the panel's own mails. */
export function panelSocketOf({ dataFolder }: Data): string {
  return join(dataFolder, 'mail-host');
}

/** Where Postfix sees that there was a change. */
export function epochFolderOf({ dataFolder }: Data): string {
  return join(dataFolder, 'epoch');
}
