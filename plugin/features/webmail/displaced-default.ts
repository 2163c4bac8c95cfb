import type { Changing } from '../../changes/changes.js';
import type { Webmail } from '../../panel/directory/webmail.js';
import type { WebmailStore } from '../../panel/directory/webmail-store.js';

/** There is one default at most: another takes its place, which is a change of the former one, too. */
export async function recordDisplaced(
  { tx, record }: Changing,
  store: WebmailStore,
  displaced: Webmail | undefined,
): Promise<void> {
  if (displaced === undefined) {
    return;
  }
  const { id, version, name } = displaced;
  await store.replace(tx, { id, version, next: version + 1 }, { ...displaced, isDefault: false });
  await record({
    action: 'webmail.changed',
    subject: name,
    before: { isDefault: true },
    after: { id, isDefault: false, version: version + 1 },
  });
}
