import type { Knex } from 'knex';
import { HostName, IpAddress } from '../../addresses/index.js';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import type { SettingDeclaration } from '../../manifest.js';
import type { Viewer } from '../../viewing/viewer.js';
import { parseHost } from '../../connecting/endpoint.js';
import { understoodHost } from '../../web/typed-host.js';
import { type MailPort, mailPortText, parseMailPort } from './mail-port.js';
import { RefusedValueError, parsePort } from './setting-port.js';
import {
  type SettingRow,
  type SettingValue,
  type SettingValues,
  valueIn,
} from './setting-values.js';
import { SettingsChange } from './settings-change.js';

interface SettingsParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly declared: readonly SettingDeclaration[];
}

/** The settings of the whole installation, as the manifest declares them. */
export class Settings {
  readonly values = new SettingsChange();

  readonly #parts: SettingsParts;
  readonly #stored: Prepared<Record<string, never>, SettingRow>;

  constructor(parts: SettingsParts) {
    this.#parts = parts;
    this.#stored = new Prepared(parts.db, () => parts.db.knex('settings').select('key', 'value'));
  }

  get declared(): readonly SettingDeclaration[] {
    return this.#parts.declared;
  }

  async read(): Promise<SettingValues> {
    return this.#withDefaults(await this.#stored.run({}));
  }

  /** In a transaction, locked (FOR UPDATE). */
  async readIn(db: Knex): Promise<SettingValues> {
    return this.#withDefaults(await this.values.read(db));
  }

  /** Whether senders may only forward within their own domains. */
  async outgoingControl(): Promise<boolean> {
    return (await this.read())['outgoing-control'] === true;
  }

  async texts(
    key:
      | 'own-addresses'
      | 'mail-hosts'
      | 'mail-ports'
      | 'mail-host-name'
      | 'smtp-allowed-hosts'
      | 'smtp-ports'
      | 'activity-days',
  ): Promise<readonly string[]> {
    const value = (await this.read())[key];
    return typeof value === 'object' ? value : [];
  }

  /** The mail hosts' ports for mail programs. */
  async mailPorts(): Promise<readonly MailPort[]> {
    return (await this.texts('mail-ports')).map(parseMailPort);
  }

  /**
   * Values that are left out stay unchanged.
   *
   * @param seen the `digestOf` of the values that the form showed; undefined skips the check.
   * @throws {ConflictError} when somebody has changed a setting since.
   */
  async change(viewer: Viewer, values: SettingValues, seen?: string): Promise<void> {
    await this.#parts.changes.carryOut(
      viewer,
      this.values,
      async (tx) => this.#withDefaults(await this.values.read(tx)),
      { values, seen },
    );
  }

  #withDefaults(rows: readonly SettingRow[]): SettingValues {
    const stored = new Map(rows.map((row) => [row.key, row.value]));
    return Object.fromEntries(
      this.#parts.declared.map(({ key, default: preset }) => {
        const json = stored.get(key);
        return [key, json === undefined ? preset : valueIn(json)];
      }),
    );
  }
}

/** @throws {AddressError} or another error with a `key` when one of the texts is not what the setting holds. */
export function parseSetting(
  type: SettingDeclaration['type'],
  texts: readonly string[],
): SettingValue {
  switch (type) {
    case 'boolean':
      return texts.at(-1) === '1';
    case 'ip-addresses':
      return texts.map((text) => IpAddress.parse(understoodHost(text).host).toString());
    case 'host-name':
    case 'host-names':
      return texts.map((text) => HostName.parse(understoodHost(text).host).toString());
    case 'hosts':
      return texts.map((text) => parseHost(understoodHost(text).host).toString());
    case 'ports':
      return texts.map(parsePort);
    case 'days':
      return texts.map(parseDays);
    case 'mail-ports':
      return texts.map((text) => mailPortText(parseMailPort(text)));
  }
}

/** @throws {RefusedValueError} */
function parseDays(text: string): string {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > mostDays) {
    throw new RefusedValueError('settings.errors.days');
  }
  return String(days);
}

const mostDays = 36_500;
