import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { EntryFields } from '../../changes/entry.js';
import type { Asked, RowsVerb } from '../../changes/verb.js';
import type { Json } from '../../jobs/kind.js';
import { type UndoAction, undoTexts } from '../../previews/undo.js';
import type { Viewer } from '../../viewing/viewer.js';
import { auditFields } from './audit-fields.js';
import type { ServerForm } from './forms.js';
import type { ServerChanged, ServerSubject } from './server-change.js';
import type { SmtpServerFields, Unconfirmed } from './smtp-server.js';
import type { ServerRulesFound, SmtpServers } from './smtp-servers.js';
import type { SmtpServerStore } from './store.js';

/** As a preview stores it. */
interface Wanted {
  readonly fields: SmtpServerFields;
}

/** Changes SMTP servers as an action on rows does; their passwords stay. */
class RowsServers implements RowsVerb<
  ServerSubject,
  Wanted,
  ServerChanged,
  Unconfirmed | undefined,
  ServerRulesFound
> {
  readonly #servers: SmtpServers;
  readonly #store: SmtpServerStore;

  constructor(servers: SmtpServers, store: SmtpServerStore) {
    this.#servers = servers;
    this.#store = store;
  }

  async load(
    _viewer: Viewer,
    _ids: readonly number[],
    { fields }: Wanted,
  ): Promise<ServerRulesFound> {
    return await this.#servers.rulesFor(formOf(fields, 0));
  }

  async read(
    db: Knex,
    { viewer, wanted, facts }: Asked<Wanted, ServerRulesFound>,
    ids: readonly number[],
  ): Promise<readonly ServerSubject[]> {
    const servers = await this.#store.among(db, viewer.scope, ids);
    const subjects: ServerSubject[] = [];
    for (const { id, version } of servers) {
      const form = formOf(wanted.fields, version);
      subjects.push(await this.#servers.fields.read(db, viewer, id, { form, ...facts }));
    }
    return subjects;
  }

  decide(viewer: Viewer, subject: ServerSubject, { fields }: Wanted): Decision<ServerChanged> {
    const form = formOf(fields, subject.before.version);
    return this.#servers.fields.decide(viewer, subject, { form, logo: undefined });
  }

  async write(
    changing: Changing,
    decision: Agreed<ServerChanged>,
  ): Promise<Unconfirmed | undefined> {
    return await this.#servers.fields.write(changing, decision);
  }
}

/** Undoes changes of SMTP servers. */
export function undoOfServers(servers: SmtpServers, store: SmtpServerStore): UndoAction {
  return {
    undoes: ['smtp-server.changed'],
    action: {
      ...undoTexts,
      key: 'smtp-server',
      permission: 'smtp-servers.manage',
      thing: 'smtp-server',
      verb: new RowsServers(servers, store),
      idOf: ({ before }: ServerSubject) => before.id,
      nameOf: ({ before }: ServerSubject) => before.title,
      versionOf: ({ before }: ServerSubject) => before.version,
      changeOf: ({ changed }: ServerChanged) => changed,
    },
    rowsOf: async (db, scope, entries) => {
      const ids = entries.flatMap(({ thingId }) => thingId ?? []);
      const found = await store.among(db, scope, [...new Set(ids)]);
      const known = new Map(found.map((server) => [server.id, server]));
      return entries.flatMap((entry) => {
        const server = known.get(entry.thingId ?? 0);
        if (server === undefined) {
          return [];
        }
        const current = auditFields(server);
        const { id, version } = server;
        return [
          {
            entry,
            id,
            version,
            current,
            wanted: { fields: fieldsIn({ ...current, ...entry.before }) },
          },
        ];
      });
    },
  };
}

export function formOf(fields: SmtpServerFields, version: number): ServerForm {
  return { version, fields, secret: {}, removeLogo: false };
}

/** The fields of a server from those that entries record. */
export function fieldsIn(recorded: EntryFields): Json {
  const services = String(recorded['services'] ?? '').split(', ');
  return { ...recorded, services: services.filter((key) => key !== '') };
}
