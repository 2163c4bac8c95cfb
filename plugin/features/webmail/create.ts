import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { WebmailStore } from '../../panel/directory/webmail-store.js';
import type { OfferedActions } from '../../previews/action.js';
import type { Previews } from '../../previews/previews.js';
import { WebmailPictures } from './picture-store.js';
import { WebmailRemoval, removalAction } from './removal.js';
import { webmailTable } from './table.js';
import { Webmails } from './webmails.js';

export interface WebmailFeatures {
  readonly webmails: Webmails;
  readonly actionsOnWebmails: OfferedActions;
  readonly previews: Previews;
}

export function createWebmailFeatures(parts: {
  readonly db: Database;
  readonly changes: Changes;
  readonly previews: Previews;
}): WebmailFeatures {
  const { db } = parts;
  const store = new WebmailStore(db);
  const removal = new WebmailRemoval(store);
  return {
    previews: parts.previews,
    webmails: new Webmails({ ...parts, store, removal, pictures: new WebmailPictures(db) }),
    actionsOnWebmails: { table: webmailTable, actions: [removalAction(removal)] },
  };
}
