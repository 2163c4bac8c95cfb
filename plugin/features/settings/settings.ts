import { HostName, IpAddress } from '../../addresses/index.js';
import type { Changes } from '../../database/changes.js';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import type { SettingDeclaration } from '../../manifest.js';
import type { Viewer } from '../../panel/viewer.js';

export type SettingValue = boolean | readonly string[];
export type SettingValues = Readonly<Record<string, SettingValue>>;

/** The settings of the whole installation, as the manifest declares them. */
export class Settings {
  readonly #changes: Changes;
  readonly #declared: readonly SettingDeclaration[];
  readonly #stored: Prepared<Record<string, never>, { key: string; value: string }>;

  constructor(parts: {
    readonly db: Database;
    readonly changes: Changes;
    readonly declared: readonly SettingDeclaration[];
  }) {
    this.#changes = parts.changes;
    this.#declared = parts.declared;
    this.#stored = new Prepared(parts.db, () => parts.db.knex('settings').select('key', 'value'));
  }

  get declared(): readonly SettingDeclaration[] {
    return this.#declared;
  }

  async read(): Promise<SettingValues> {
    const stored = new Map((await this.#stored.run({})).map((row) => [row.key, row.value]));
    return Object.fromEntries(
      this.#declared.map(({ key, default: preset }) => {
        const json = stored.get(key);
        return [key, json === undefined ? preset : valueIn(json)];
      }),
    );
  }

  /** Whether senders may only forward within their own domains. */
  async outgoingControl(): Promise<boolean> {
    return (await this.read())['outgoing-control'] === true;
  }

  async texts(key: 'own-addresses' | 'mail-hosts'): Promise<readonly string[]> {
    const value = (await this.read())[key];
    return typeof value === 'object' ? value : [];
  }

  async change(viewer: Viewer, values: SettingValues): Promise<void> {
    const before = await this.read();
    const changed = this.#declared
      .map(({ key }) => key)
      .filter((key) => JSON.stringify(values[key]) !== JSON.stringify(before[key]));
    if (changed.length === 0) {
      return;
    }
    const pick = (from: SettingValues): SettingValues =>
      Object.fromEntries(changed.map((key) => [key, from[key] ?? false]));

    await this.#changes.make(viewer, async ({ tx, record }) => {
      const rows = changed.map((key) => ({ key, value: JSON.stringify(values[key]) }));
      await tx('settings').insert(rows).onConflict('key').merge();
      await record({
        action: 'settings.changed',
        subject: changed.join(', '),
        before: pick(before),
        after: pick(values),
      });
    });
  }
}

/** @throws {AddressError} when one of the texts is not what the setting holds. */
export function parseSetting(
  type: SettingDeclaration['type'],
  texts: readonly string[],
): SettingValue {
  switch (type) {
    case 'boolean':
      return texts.at(-1) === '1';
    case 'ip-addresses':
      return texts.map((text) => IpAddress.parse(text).toString());
    case 'host-names':
      return texts.map((text) => HostName.parse(text).toString());
  }
}

function valueIn(json: string): SettingValue {
  const value: SettingValue = JSON.parse(json);
  return value;
}
