import { lchownSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The service that takes the panel's own mails, and its socket in the folder `public` of Postfix's queue. */
export const panelSocketName = 'relais-panel';

/**
 * Lets the panel find the socket of the mail host of this machine: a link in its data folder, whose path is always the
 * same.
 */
export function linkPanelSocket(link: string, queue: string): void {
  const unfinished = `${link}.new`;
  rmSync(unfinished, { force: true });
  symlinkSync(join(queue, 'public', panelSocketName), unfinished);
  if (process.getuid?.() === 0) {
    const { uid, gid } = statSync(dirname(link));
    lchownSync(unfinished, uid, gid);
  }
  renameSync(unfinished, link);
}
