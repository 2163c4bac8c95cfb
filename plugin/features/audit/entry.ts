import { readable } from '../../addresses/index.js';
import type { AuditedThing, AuditedThings } from '../../changes/audited-thing.js';
import { thingOf, withoutOwn } from '../../changes/acts.js';
import { type FieldValue, entryFieldsIn } from '../../changes/entry.js';
import type { Language } from '../../web/locale.js';

/** A thing with the key below which its texts are, such as `mailboxes.entries.alias`. */
interface LabelledThing extends AuditedThing {
  readonly texts: string;
}

export type LabelledThings = Readonly<Record<string, LabelledThing>>;

/** The things of all features. */
export function auditedThings(
  registered: readonly { readonly id: string; readonly audit?: AuditedThings }[],
): LabelledThings {
  return Object.fromEntries(
    registered.flatMap(({ id, audit = {} }) =>
      Object.entries(audit).map(([name, thing]) => [
        name,
        { ...thing, texts: `${id}.entries.${name}` },
      ]),
    ),
  );
}

type When = 'before' | 'after';

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
  /** Names of rows whose IDs are in a field, such as `name_before_relay`, while they exist. */
  readonly [name: `name_${When}_${string}`]: string | null | undefined;
  /** JSON with the names of rows by the keys that a field of a thing holds, such as `keyed_webmail_domain-mail`. */
  readonly [names: `keyed_${string}`]: string | null | undefined;
}

export function actorIn({ actor, acting_as }: EntryRow, { t }: Language): string {
  return acting_as === null ? actor : t('audit.acting', { actor, name: acting_as });
}

export function actionIn(
  { action }: EntryRow,
  { t, has }: Language,
  things: LabelledThings,
): string {
  const [name = '', past = ''] = action.split('.');
  const key = `${things[name]?.texts}.${past}`;
  return has(key) ? t(key) : action;
}

/** An entry without the fields that differ in each, whatever changes. */
export function withoutOwnFields<Row extends EntryRow>(row: Row): Row {
  return { ...row, before: withoutOwnIn(row.before), after: withoutOwnIn(row.after) };
}

function withoutOwnIn(json: string | null): string | null {
  return json === null ? null : JSON.stringify(withoutOwn(entryFieldsIn(json)));
}

export function subjectIn(
  { action, subject }: EntryRow,
  { t, has }: Language,
  things: LabelledThings,
): string {
  const labels = things[thingOf(action)]?.subjects;
  if (labels === undefined) {
    return readable(subject);
  }
  const labelOf = (name: string): string => labels.replace('*', name);
  return subject
    .split(', ')
    .map((name) => (has(labelOf(name)) ? t(labelOf(name)) : name))
    .join(', ');
}

/** A field of an entry in words; `before` or `after` is undefined where the entry has no such side. */
export interface ShownField {
  readonly label: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What changed, before and after, with localized labels where there are some. */
export function changeIn(row: EntryRow, language: Language, things: LabelledThings): string {
  return fieldsOf(row, language, things)
    .map(({ label, before, after }) => {
      const values = [before, after].filter((value) => value !== undefined);
      return `${label}${language.t('form.colon')} ${values.join(' → ')}`;
    })
    .join(language.t('audit.between'));
}

/** One side of what changed. */
export function sideIn(fields: readonly ShownField[], when: When, { t }: Language): string {
  return fields
    .flatMap(({ label, [when]: value }) =>
      value === undefined ? [] : [`${label}${t('form.colon')} ${value}`],
    )
    .join(t('audit.between'));
}

/** What changed, field by field. */
export function fieldsOf(
  row: EntryRow,
  language: Language,
  things: LabelledThings,
): readonly ShownField[] {
  const thingName = thingOf(row.action);
  const thing: AuditedThing = things[thingName] ?? {};
  const before = fieldsIn(row, 'before', thing);
  const after = fieldsIn(row, 'after', thing);
  const isShown = (name: string): boolean =>
    !isForUndo(name, thing, language) && !(isEmpty(before.get(name)) && isEmpty(after.get(name)));
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(isShown);
  const shown = (name: string, fields: ReadonlyMap<string, FieldValue>): string | undefined =>
    fields.has(name)
      ? valueIn(name, fields.get(name), {
          language,
          label: thing.valueLabels?.[name],
          named: namesIn(row[`keyed_${name}_${thingName}`]),
        })
      : undefined;
  return names.map((name) => ({
    label: textOf(thing.labels, name, language),
    before: shown(name, before),
    after: shown(name, after),
  }));
}

/** What an undo finds a thing by; some things are known to people by their ID, too. */
function isForUndo(name: string, { labels }: AuditedThing, language: Language): boolean {
  return name === 'version' || (name === 'id' && textOf(labels, name, language) === name);
}

type LabelKey = string | ((value: string) => string | undefined);

/** @param key with a `*` for the name, or what makes it of the name; without a text, the name itself. */
function textOf(key: LabelKey | undefined, name: string, { t, has }: Language): string {
  const named = typeof key === 'function' ? key(name) : key?.replace('*', name);
  return named !== undefined && has(named) ? t(named) : name;
}

interface ValueTexts {
  readonly language: Language;
  readonly label: LabelKey | undefined;
  /** Names by key. */
  readonly named: ReadonlyMap<string, string>;
}

function valueIn(
  name: string,
  value: FieldValue | undefined,
  { language, label, named }: ValueTexts,
): string {
  const { t } = language;
  if (typeof value === 'boolean') {
    return t(value ? 'form.yes' : 'form.no');
  }
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  const labelled = textOf(label, text, language);
  if (labelled !== text) {
    return labelled;
  }
  if (typeof value === 'number') {
    return numberIn(name, value, language);
  }
  if (text === '') {
    return t('form.none');
  }
  const ids = readable(text).split(', ');
  return ids.map((id) => named.get(id) ?? textOf(label, id, language)).join(', ');
}

function namesIn(json: string | null | undefined): ReadonlyMap<string, string> {
  const names: Readonly<Record<string, string>> = JSON.parse(json ?? '{}');
  return new Map(Object.entries(names));
}

function numberIn(name: string, value: number, { number, bytes }: Language): string {
  if (name.endsWith('Bytes')) {
    return bytes(value);
  }
  return /(?:^id|port)$/i.test(name) ? String(value) : number(value);
}

function isEmpty(value: FieldValue | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    (Array.isArray(value) && value.length === 0) ||
    value === ''
  );
}

function fieldsIn(
  row: EntryRow,
  when: When,
  { names = {} }: AuditedThing,
): ReadonlyMap<string, FieldValue> {
  return new Map(
    Object.entries(entryFieldsIn(row[when])).map(([field, value]) => [
      field,
      (field in names && value !== null ? row[`name_${when}_${field}`] : undefined) ?? value,
    ]),
  );
}
