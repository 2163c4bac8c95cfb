import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { ConflictError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import {
  type SettingRow,
  type SettingValue,
  type SettingValues,
  digestOf,
} from './setting-values.js';

interface Wanted {
  /** Settings that are left out stay unchanged. */
  readonly values: SettingValues;
  /** The `digestOf` of the values that the form showed; undefined skips the check. */
  readonly seen: string | undefined;
}

interface Change {
  readonly before: SettingValues;
  readonly after: SettingValues;
}

/** Changes settings of the installation. */
export class SettingsChange implements Verb<SettingValues, Wanted, Change, void> {
  /** The stored settings, locked in a transaction (FOR UPDATE). */
  async read(db: Knex): Promise<readonly SettingRow[]> {
    const rows = db<SettingRow>('settings').select('*');
    return await (db.isTransaction ? rows.forUpdate() : rows);
  }

  /** @param now all settings. */
  decide(_viewer: Viewer, now: SettingValues, { values, seen }: Wanted): Decision<Change> {
    if (seen !== undefined && seen !== digestOf(now)) {
      return refused(new ConflictError('settings.errors.changed-meanwhile'));
    }
    const changed = Object.entries(now).flatMap(
      ([key, from]): [string, SettingValue, SettingValue][] => {
        const to = values[key];
        return to === undefined || JSON.stringify(to) === JSON.stringify(from)
          ? []
          : [[key, from, to]];
      },
    );
    return {
      kind: changed.length > 0 ? 'will-change' : 'already-so',
      change: {
        before: Object.fromEntries(changed.map(([key, from]) => [key, from])),
        after: Object.fromEntries(changed.map(([key, , to]) => [key, to])),
      },
    };
  }

  async write({ tx, record }: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    if (kind === 'already-so') {
      return;
    }
    const rows = Object.entries(change.after).map(([key, value]) => ({
      key,
      value: JSON.stringify(value),
    }));
    await tx('settings').insert(rows).onConflict('key').merge();
    const subject = Object.keys(change.after).join(', ');
    await record({ action: 'settings.changed', subject, ...change });
  }
}
