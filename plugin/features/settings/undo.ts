import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { RowsVerb } from '../../changes/verb.js';
import { type UndoAction, undoTexts } from '../../previews/undo.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type SettingValues, digestOf } from './setting-values.js';
import type { Settings } from './settings.js';
import type { SettingsChange } from './settings-change.js';

/** The settings count as one row. */
const theOnly = 1;

interface Wanted {
  readonly values: SettingValues;
}

type Change =
  ReturnType<SettingsChange['decide']> extends Decision<infer Decided> ? Decided : never;

/** Changes settings as an action on rows does. */
class RowsSettings implements RowsVerb<SettingValues, Wanted, Change, void> {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async load(): Promise<undefined> {}

  async read(db: Knex): Promise<readonly SettingValues[]> {
    return [await this.#settings.readIn(db)];
  }

  decide(viewer: Viewer, now: SettingValues, { values }: Wanted): Decision<Change> {
    return this.#settings.values.decide(viewer, now, { values, seen: undefined });
  }

  async write(changing: Changing, decision: Agreed<Change>): Promise<void> {
    await this.#settings.values.write(changing, decision);
  }
}

/** Undoes changes of the installation's settings. */
export function undoOfSettings(settings: Settings, name: string): UndoAction {
  return {
    undoes: ['settings.changed'],
    action: {
      ...undoTexts,
      key: 'settings',
      permission: 'settings.manage',
      thing: 'settings',
      verb: new RowsSettings(settings),
      idOf: () => theOnly,
      nameOf: () => name,
      versionOf: (now: SettingValues) => Number.parseInt(digestOf(now).slice(0, 12), 16) + 1,
    },
    rowsOf: async (db, _scope, entries) => {
      const current = await settings.readIn(db);
      return entries.map((entry) => ({
        entry,
        id: theOnly,
        current,
        wanted: { values: { ...entry.before } },
      }));
    },
  };
}
