import { readable } from '../../addresses/index.js';
import { type FieldValue, entryFieldsIn } from '../../changes/entry.js';
import type { Language } from '../../web/locale.js';

/** An entry of the audit log as it is stored. */
export interface EntryRow {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly acting_as: string | null;
  readonly action: string;
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The titles of the SMTP servers that `before` and `after` name by their ids, while they are there. */
  readonly relay_before?: string | null;
  readonly relay_after?: string | null;
}

export function actorIn({ actor, acting_as }: EntryRow, { t }: Language): string {
  return acting_as === null ? actor : t('audit.acting', { actor, name: acting_as });
}

export function actionIn({ action }: EntryRow, { t, has }: Language): string {
  const key = `audit.actions.${action}`;
  return has(key) ? t(key) : action;
}

export function subjectIn({ subject }: EntryRow): string {
  return readable(subject);
}

/** What changed, from what to what, in words where there are some. */
export function changeIn(row: EntryRow, language: Language): string {
  const before = fieldsIn(row.before, row.relay_before);
  const after = fieldsIn(row.after, row.relay_after);
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => name !== 'version' && !(isEmpty(before.get(name)) && isEmpty(after.get(name))),
  );
  return names
    .map((name) => {
      const label = labelOf(row, name, language);
      const values = [before, after]
        .filter((fields) => fields.has(name))
        .map((fields) => valueIn(name, fields.get(name), language));
      return `${label}${language.t('form.colon')} ${values.join(' → ')}`;
    })
    .join(language.t('audit.between'));
}

/** Where the fields of each kind of thing have their names. */
const areas: Readonly<Record<string, string>> = {
  account: 'accounts',
  alias: 'aliases',
  'api-token': 'api-tokens',
  domain: 'domains',
  'domain-mail': 'domain-mail',
  mailbox: 'mailboxes',
  plan: 'plans',
  'sending-service': 'smtp-servers',
  'smtp-server': 'smtp-servers',
};

function labelOf({ action }: EntryRow, name: string, { t, has }: Language): string {
  const thing = action.replace(/\..*/, '');
  const key =
    thing === 'settings' ? `settings.${name}.label` : `${areas[thing] ?? thing}.fields.${name}`;
  return has(key) ? t(key) : name;
}

function valueIn(name: string, value: FieldValue | undefined, language: Language): string {
  const { t, number, bytes } = language;
  if (typeof value === 'boolean') {
    return t(value ? 'form.yes' : 'form.no');
  }
  if (typeof value === 'number') {
    return name.endsWith('Bytes') ? bytes(value) : number(value);
  }
  const text = typeof value === 'string' ? value : (value?.join(', ') ?? '');
  return text === '' ? t('audit.none') : wordsFor(name, readable(text), language);
}

/** Some fields hold ids, of which lists are joined by commas. */
function wordsFor(name: string, value: string, { t, has }: Language): string {
  const one = (id: string): string => {
    const key = keyOf(name, id);
    return key !== undefined && has(key) ? t(key) : id;
  };
  return value.split(', ').map(one).join(', ');
}

function keyOf(name: string, id: string): string | undefined {
  const base = bases[name];
  return base && (name === 'policy' ? `${base}.${id}.title` : `${base}.${id}`);
}

/** Where the words of a field's values are. */
const bases: Readonly<Record<string, string>> = {
  role: 'accounts.roles',
  locale: 'accounts.locales',
  policy: 'domain-mail.policies',
  authentication: 'smtp-servers.authentication',
  security: 'smtp-servers.security',
  services: 'smtp-servers.services',
  usage: 'smtp-servers.usage',
  permissions: 'plans.permissions',
  scopes: 'api-tokens.scopes',
  webmail: 'domain-mail.webmails',
  webmails: 'domain-mail.webmails',
};

function isEmpty(value: FieldValue | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    (Array.isArray(value) && value.length === 0) ||
    value === ''
  );
}

function fieldsIn(
  json: string | null,
  relay: string | null | undefined,
): ReadonlyMap<string, FieldValue> {
  const fields = entryFieldsIn(json);
  const named = typeof fields['relay'] === 'number' && relay ? { relay } : {};
  return new Map(Object.entries({ ...fields, ...named }));
}
