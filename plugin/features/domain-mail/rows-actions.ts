import Joi from 'joi';
import { InvalidInputError } from '../../errors.js';
import type { ActionForm, RowsAction } from '../../previews/action.js';
import { type UndoAction, undoTexts } from '../../previews/undo.js';
import type { WebmailStore } from '../../panel/directory/webmail-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type FormValues, parseForm } from '../../web/forms.js';
import { languageOf } from '../../web/pages.js';
import type { Settings } from '../settings/index.js';
import { misplacedPort, parseTyped } from './forms.js';
import { fieldsOf } from './policies/field-texts.js';
import { mayChoose } from './plan-refusals.js';
import { policies } from './policies/index.js';
import type { Relays } from './relays.js';
import type { RowsSettings } from './rows-settings.js';
import type { RowsWanted } from './rows-wanted.js';
import type { DomainSubject, SettingsChange, SettingsFacts } from './settings-decision.js';
import { undoneSettings } from './undo.js';

type DomainAction = RowsAction<DomainSubject, RowsWanted, SettingsChange, SettingsFacts>;
type Form = ActionForm<RowsWanted>;

interface Parts {
  readonly verb: RowsSettings;
  readonly relays: Relays;
  readonly webmails: Pick<WebmailStore, 'list'>;
  readonly settings: Settings;
}

/** What the list of domains offers to do with the mail settings of selected ones. */
export function actionsOnSettings(parts: Parts): readonly DomainAction[] {
  const action = (
    key: string,
    noun: string,
    icon: DomainAction['icon'],
    form: Form,
  ): DomainAction => ({ key, noun, icon, form, ...onSettings(parts.verb) });
  return [
    action('on', 'mail-service-activation', 'player-play', switched(true)),
    action('off', 'mail-service-deactivation', 'player-pause', switched(false)),
    action('unknown', 'unknown-recipients', 'help-circle', policyForm(parts)),
    action('outgoing', 'outgoing-mail', 'send', relayForm(parts)),
    action('webmail', 'webmail', 'mail', webmailForm(parts)),
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

function switched(enabled: boolean): Form {
  return { fields: [], parse: () => ({ enabled }) };
}

function webmailForm({ webmails }: Parts): Form {
  return {
    fields: ['webmail'],
    async parse(typed) {
      const keys = (await webmails.list()).map(({ key }) => key);
      const form = Joi.object<{ webmail: string }>({ webmail: Joi.valid(...keys, '').required() });
      const { webmail } = parseForm(form, typed);
      return { webmail: webmail === '' ? null : webmail };
    },
    page: {
      view: 'domain-mail/rows-webmail',
      content: async () => ({ webmails: await webmails.list(), labels: 'domain-mail.fields' }),
      values: async () => ({ webmail: '' }),
    },
  };
}

function relayForm({ relays }: Parts): Form {
  return {
    fields: ['relay'],
    async parse({ relay }, viewer) {
      const { found, refusal } = await relays.namedWithin(viewer.scope, textIn(relay).trim());
      if (refusal !== undefined) {
        throw new InvalidInputError({ relay: refusal });
      }
      return { relay: found?.relayId ?? null };
    },
    page: {
      view: 'domain-mail/rows-outgoing',
      content: async ({ viewer }) => ({
        labels: 'domain-mail.fields',
        mayRelay: viewer.permissions.has('domain-mail.relay'),
      }),
      values: async () => ({ relay: '' }),
    },
  };
}

function policyForm({ settings }: Parts): Form {
  const fields = ['policy', ...policies.flatMap(fieldsOf)];
  return {
    fields,
    parse: (typed) => ({ policy: policyIn(typed) }),
    page: {
      view: 'domain-mail/rows-policy',
      content: async (req) => ({
        labels: 'domain-mail.fields',
        policies,
        mayChoose: (key: string) => mayChoose(req.viewer, key),
        outgoingControl: await settings.outgoingControl(),
        mayUseInternal: mayUseInternal(req.viewer),
        domain: { displayName: languageOf(req).t('domain-mail.rows.domain') },
      }),
      values: async () => initialTexts(),
    },
  };
}

/** @throws {InvalidInputError} */
function policyIn(typed: Readonly<Record<string, unknown>>): NonNullable<RowsWanted['policy']> {
  const policy = policies.find(({ key }) => key === typed['policy']);
  if (policy === undefined) {
    throw new InvalidInputError({ policy: { key: 'errors.field.any.required' } });
  }
  const sent = { ...typed };
  const misplaced = misplacedPort(sent);
  const texts = Object.fromEntries(fieldsOf(policy).map((name) => [name, textIn(sent[name])]));
  const { unknown } = parseTyped(policy, texts);
  if (Object.keys(misplaced).length > 0) {
    throw new InvalidInputError(misplaced);
  }
  return { key: policy.key, texts: unknown === undefined ? {} : policy.texts(unknown) };
}

/** Of the texts that a domain's page suggests, those that suit any domain. */
function initialTexts(): FormValues {
  const texts = policies
    .flatMap(({ fields }) => Object.entries(fields))
    .map(([name, { sharedPreset = '' }]) => [name, sharedPreset] as const);
  return { policy: '', ...Object.fromEntries(texts) };
}

function mayUseInternal({ permissions }: Viewer): boolean {
  return permissions.has('domain-mail.internal');
}

function textIn(sent: unknown): string {
  return typeof sent === 'string' ? sent : '';
}
