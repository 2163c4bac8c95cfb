import type { Database } from '../../database/database.js';
import type { ActionForm, RowsAction } from '../../previews/action.js';
import { type UndoAction, undoTexts } from '../../previews/undo.js';
import { effectsFiles } from './effects-file.js';
import { effectsAfter } from './rows-effects.js';
import {
  type FormParts,
  limitForm,
  policyForm,
  relayForm,
  settingsForm,
  switched,
  webmailForm,
} from './rows-forms.js';
import type { RowsSettings } from './rows-settings.js';
import type { RowsWanted } from './rows-wanted.js';
import type { DomainSubject, SettingsChange, SettingsFacts } from './settings-decision.js';
import { undoneSettings } from './undo.js';
import { unreceivedSentences } from './unreceived.js';

type DomainAction = RowsAction<DomainSubject, RowsWanted, SettingsChange, SettingsFacts>;
interface Parts extends FormParts {
  readonly db: Database;
  readonly verb: RowsSettings;
}

/** What the list of domains offers to do with the mail settings of selected ones. */
export function actionsOnSettings(parts: Parts): readonly DomainAction[] {
  const action = (
    key: string,
    noun: string,
    icon: DomainAction['icon'],
    form: ActionForm<RowsWanted>,
  ): DomainAction => ({
    key,
    noun,
    icon,
    form,
    ...onSettings(parts.verb),
    effects: async (viewer, preview, language) =>
      unreceivedSentences(await effectsAfter(parts.db, viewer, preview), language),
    files: (preview, viewer) => effectsFiles(parts.db, viewer, preview),
  });
  return [
    action('on', 'mail-service-activation', 'player-play', switched(true)),
    action('off', 'mail-service-deactivation', 'player-pause', switched(false)),
    action('unknown', 'unknown-recipients', 'help-circle', policyForm(parts)),
    action('outgoing', 'outgoing-mail', 'send', relayForm(parts)),
    action('limit', 'outgoing-limit', 'gauge', limitForm()),
    action('webmail', 'webmail', 'mail', webmailForm(parts)),
    action('settings', 'settings', 'mail-cog', settingsForm(parts)),
  ];
}

/** Undoes changes of mail settings. */
export function undoOfSettings(verb: RowsSettings): UndoAction {
  return undoneSettings({ ...onSettings(verb), ...undoTexts, key: 'domain-mail' });
}

function onSettings(verb: RowsSettings): Omit<DomainAction, 'key' | 'noun' | 'icon' | 'form'> {
  return {
    permission: 'domain-mail.change',
    thing: 'domain-mail',
    verb,
    idOf: ({ row }) => row.id,
    nameOf: ({ row }) => row.utf8_name ?? row.name,
    auditedAs: ({ row }) => row.name,
    versionOf: ({ row }) => row.version,
    changeOf: ({ changed }) => changed,
  };
}
