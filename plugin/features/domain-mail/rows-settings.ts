import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { AlikeRows, Asked, RowsVerb } from '../../changes/verb.js';
import type { Database } from '../../database/database.js';
import { engineOf } from '../../database/engine.js';
import { shared } from '../../database/locks.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { scopeColumn } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';
import { policyNamed } from './policies/index.js';
import { type RowsWanted, wantedSettings } from './rows-wanted.js';
import type { SettingsChange } from './settings-change.js';
import {
  type DomainSubject,
  type SettingsChange as Change,
  type SettingsFacts,
  targetOf,
} from './settings-decision.js';

type Settings = RowsVerb<DomainSubject, RowsWanted, Change, void, SettingsFacts>;

/** Changes mail settings of many domains: alike where their settings are. */
export class RowsSettings implements Settings {
  readonly alike: AlikeRows<DomainSubject, RowsWanted, Change>;
  readonly #db: Database;
  readonly #settings: SettingsChange;

  constructor(db: Database, settings: SettingsChange) {
    this.#db = db;
    this.#settings = settings;
    this.alike = {
      table: 'domains',
      keyOf,
      write: (changing, decision, rows) => settings.writeAlike(changing, decision, rows),
    };
  }

  /** Of the rows, only their owners and what they have of the wanted settings decide what has to be loaded. */
  async load(viewer: Viewer, ids: readonly number[], wanted: RowsWanted): Promise<SettingsFacts> {
    const settings = wantedSettings(wanted);
    const isOwners = 'webmail' in wanted || 'relay' in wanted || 'limit' in wanted;
    const rows: DomainRow[] = isOwners
      ? await among(this.#db.knex, ids).distinct('owner_id', 'webmail', 'relay_id')
      : [];
    return await this.#settings.load(viewer, rows, { settings });
  }

  async read(
    db: Knex,
    { viewer: { scope }, facts }: Asked<RowsWanted, SettingsFacts>,
    ids: readonly number[],
  ): Promise<readonly DomainSubject[]> {
    const owner = scopeColumn(scope);
    const rows: DomainRow[] = await shared(db, among(db, ids)).where(
      owner === undefined ? {} : { [owner.column]: owner.accountId },
    );
    return rows.map((row) => ({ row, facts }));
  }

  decide(viewer: Viewer, subject: DomainSubject, wanted: RowsWanted): Decision<Change> {
    return this.#settings.decide(viewer, subject, { settings: wantedSettings(wanted) });
  }

  async write(changing: Changing, decision: Agreed<Change>): Promise<void> {
    await this.#settings.write(changing, decision);
  }
}

function among(db: Knex, ids: readonly number[]): Knex.QueryBuilder {
  const rows = db('domains');
  engineOf(db).whereAmong(rows, 'domains.id', JSON.stringify(ids));
  return rows;
}

/** All that a decision depends on beside the facts, unless it depends on the domain's name. */
function keyOf({ row, facts }: DomainSubject, wanted: RowsWanted): string | undefined {
  const { unknown, enabled } = wantedSettings(wanted);
  const isAboutMail = unknown !== undefined || enabled !== undefined;
  if (isAboutMail && isByItself({ row, facts }, wanted)) {
    return undefined;
  }
  return JSON.stringify([
    'webmail' in wanted && [row.owner_id, row.webmail],
    'relay' in wanted && [row.owner_id, row.relay_id],
    'limit' in wanted && [row.owner_id, row.limit_per_hour],
    isAboutMail && [
      row.mail_enabled,
      row.unknown_policy,
      ...policyColumns.map((name) => row[name]),
    ],
  ]);
}

const policyColumns = [
  'reject_text',
  'bounce_text',
  'forward_to',
  'redirect_ip',
  'redirect_port',
  'kept_fields',
] as const;

/** Whether mail may be forwarded depends on the domain's name, too: its own addresses, and loops. */
function isByItself({ row, facts }: DomainSubject, wanted: RowsWanted): boolean {
  const { unknown, enabled = row.mail_enabled === 1 } = wantedSettings(wanted);
  if (!enabled) {
    return false;
  }
  if (unknown === undefined) {
    return policyNamed(row.unknown_policy).target !== undefined;
  }
  const isOwn = facts.target?.domain?.id === row.id;
  return (
    targetOf(unknown) !== undefined && (facts.outgoingControl || isOwn || facts.loops(row.name))
  );
}
