import { type UndoAction, isChangedSince, undoTexts } from '../../previews/undo.js';
import { auditFields } from './audit-fields.js';
import { type ServerRemoval, removalAction } from './removal.js';
import type { SmtpServerStore } from './store.js';

/** Undoes that SMTP servers were added, or came back: they go where removed ones are. */
export function undoOfServerCreations(removal: ServerRemoval, store: SmtpServerStore): UndoAction {
  return {
    undoes: ['smtp-server.created', 'smtp-server.restored'],
    action: {
      ...removalAction(removal),
      ...undoTexts,
      key: 'smtp-server-creation',
      isDestructive: false,
      effects: async (_viewer, _preview, { t }) => [t('removed.effect')],
    },
    rowsOf: async (db, scope, entries) => {
      const ids = entries.flatMap(({ thingId }) => thingId ?? []);
      const found = await store.among(db, scope, [...new Set(ids)]);
      return entries.flatMap((entry) => {
        const server = found.find(({ id }) => id === entry.thingId);
        const current = server && { ...auditFields(server) };
        return server === undefined || current === undefined
          ? []
          : [
              {
                entry,
                id: server.id,
                isTouched: isChangedSince(current, entry),
                current,
                wanted: null,
              },
            ];
      });
    },
  };
}
