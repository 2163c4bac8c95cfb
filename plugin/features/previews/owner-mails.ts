import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import type { MailToAccount, PanelMail } from '../../panel-mail/panel-mail.js';
import type { Applied, Telling, Told } from '../../previews/telling.js';
import { type Language, languageFor, locales } from '../../web/locale.js';
import {
  type EntryRow,
  type LabelledThings,
  actPath,
  changeIn,
  entryColumns,
  subjectIn,
  withoutOwnFields,
} from '../audit/index.js';
import { changedMail } from './changed-mail.js';

const ownersAtOnce = 50;
/** Of an owner's changed rows, those that a mail names. */
const mostNamed = 20;

interface Parts {
  readonly db: Database;
  readonly panelMail: PanelMail;
  readonly previewLabels: LabelledThings;
}

/** What an act changed for an owner. */
interface OwnersAct {
  readonly id: number;
  readonly action: string;
  readonly owner_id: number;
  readonly at: number;
  readonly entries: number;
}

/** One mail to each owner of changed rows, except the person who changed them. */
export class OwnerMails implements Telling {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async canTell(): Promise<boolean> {
    return await this.#parts.panelMail.canSend();
  }

  async next({ viewer, preview, title }: Applied, after: number): Promise<Told | undefined> {
    const { db, panelMail } = this.#parts;
    const acts: readonly OwnersAct[] = await db
      .knex('audit_acts')
      .where({ group_id: preview.group ?? '', thing: await this.#thingOf(preview.id) })
      .where('owner_id', '>', after)
      .whereNot('owner_id', viewer.accountId)
      .orderBy(['owner_id', 'id'])
      .limit(ownersAtOnce)
      .select('id', 'action', 'owner_id', 'at', 'entries');
    const last = acts.at(-1);
    if (last === undefined) {
      return undefined;
    }
    const mails: MailToAccount[] = [];
    for (const act of acts) {
      const changes = await this.#changesIn(preview.group ?? '', act);
      mails.push({
        kind: changedMail,
        accountId: act.owner_id,
        fields: { title, actor: viewer.actor, ...changes },
        path: actPath(act.id),
      });
    }
    return {
      upTo: last.owner_id,
      async write(changing) {
        for (const mail of mails) {
          await panelMail.queue(changing, mail);
        }
      },
    };
  }

  async #thingOf(id: number): Promise<string> {
    const [thing] = await this.#parts.db.knex('previews').where({ id }).pluck('thing');
    return String(thing);
  }

  /** As lists in each language: rows that changed alike share an item. */
  async #changesIn(group: string, act: OwnersAct): Promise<Readonly<Record<string, string>>> {
    const { db, previewLabels } = this.#parts;
    const rows: readonly EntryRow[] = await entriesOf(db, group, act).select([
      'audit_entries.id',
      'audit_entries.at',
      ...entryColumns(db.knex, previewLabels),
    ]);
    return Object.fromEntries(
      locales.map(languageFor).map((language) => {
        const items = itemsOf(rows, language, previewLabels);
        const others = act.entries - rows.length;
        const more = others > 0 ? [language.t('previews.told.others', { count: others })] : [];
        return [`changes.${language.locale}`, JSON.stringify([...items, ...more])];
      }),
    );
  }
}

function entriesOf(
  { knex, engine }: Database,
  group: string,
  { action, owner_id: owner, at }: OwnersAct,
): Knex.QueryBuilder {
  return knex('audit_entries')
    .where('audit_entries.owner_id', owner)
    .where('audit_entries.at', '>=', at)
    .whereRaw(`${engine.withoutIndex('??')} = ?`, ['audit_entries.group_id', group])
    .where('audit_entries.action', action)
    .orderBy('audit_entries.id')
    .limit(mostNamed);
}

function itemsOf(
  rows: readonly EntryRow[],
  language: Language,
  things: LabelledThings,
): readonly string[] {
  const names = new Map<string, string[]>();
  for (const row of rows) {
    const change = changeIn(withoutOwnFields(row), language, things);
    const same = names.get(change) ?? [];
    same.push(subjectIn(row, language, things));
    names.set(change, same);
  }
  return [...names].map(([change, some]) =>
    change === ''
      ? language.list(some)
      : `${language.list(some)}${language.t('form.colon')} ${change}`,
  );
}
