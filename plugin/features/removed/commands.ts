import type { Command } from 'commander';
import { type List, addList } from '../../commands/list.js';
import { type Removal, type VerbAbout, addRemoval, addVerbsAbout } from '../../commands/verbs.js';
import { heldIn } from '../../removals/removal.js';
import { idFrom } from '../../web/ids.js';
import { addMailErasure } from './mail-erasure-command.js';
import type { RemovedPage } from './removed-things.js';
import { restoredNotice } from './restored-notice.js';
import { type RemovedListRow, removedTable } from './table.js';

export function addTo(removed: Command): void {
  addList(removed, list);
  addVerbsAbout(removed, restoration);
  addRemoval(removed, erasure);
  addMailErasure(removed);
}

const list: List<RemovedListRow> = {
  does: 'removed items that can be restored, newest first',
  examples: ['', '--where kind=mailbox', '--search marie --json'],
  table: removedTable,
  asJson: (row) => {
    const { counts, domain } = heldIn(row);
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      domain: domain ?? null,
      ...counts,
      removedAt: new Date(row.removed_at).toISOString(),
      actor: row.actor,
      actingAs: row.acting_as,
      keptUntil: row.kept_until === null ? null : new Date(row.kept_until).toISOString(),
    };
  },
};

const restoration: VerbAbout = {
  usage: 'restore <id>',
  does: 'restore a removed item, with its mail and what was removed with it',
  examples: ['17'],
  async run({ app, viewer, language, print }, id) {
    const restored = await app.features.removedThings.restore(viewer, idFrom(id));
    const { removal, also } = restored;
    const { key, args } = restoredNotice(restored, language);
    print(
      { kind: removal.kind, name: removal.name, also: also.map(({ name }) => name) },
      language.t(key, args),
    );
  },
};

const erasure: Removal<RemovedPage> = {
  usage: 'erase <id>',
  does: 'remove an item for good, with its mail; its name is free then',
  examples: ['17', '17 --yes'],
  find: ({ app, viewer }, id) => app.features.removedThings.page(viewer, idFrom(id)),
  loss: ({ row }) => `${row.title} could not come back any more, and its mail would be erased.`,
  async remove({ app, viewer, language, print }, { row }) {
    const { kind, name, title } = await app.features.removedThings.erase(viewer, row.id);
    print({ kind, name }, language.t('removed.notice-erased', { subject: title }));
  },
};
