import type { Database } from '../../database/database.js';
import type { EffectivePlan } from '../../panel/directory/effective-plan.js';
import { plansOfMany } from '../../panel/directory/effective-plans.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { WebmailStore } from '../../panel/directory/webmail-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Recipients } from '../mailboxes/index.js';
import type { Settings } from '../settings/index.js';
import type { WantedSettings } from './mail-settings.js';
import type { RelayFacts, Relays } from './relays.js';
import { type SettingsFacts, isNewRelay, isNewWebmail, targetOf } from './settings-decision.js';
import type { MailSettingsStore, Offer } from './store.js';

export interface FactsParts {
  readonly db: Database;
  readonly store: MailSettingsStore;
  readonly webmails: WebmailStore;
  readonly settings: Settings;
  readonly recipients: Recipients;
  readonly relays: Relays;
  /** The addresses of this machine's network interfaces. */
  readonly localAddresses: () => readonly string[];
}

/** Loads what decisions about mail settings depend on, in a few queries for any number of domains. */
export class SettingsFactsLoader {
  readonly #parts: FactsParts;

  constructor(parts: FactsParts) {
    this.#parts = parts;
  }

  /** Queries the DNS for a new relay, so it must not run in a transaction. */
  async load(
    viewer: Viewer,
    rows: readonly DomainRow[],
    wanted: WantedSettings,
  ): Promise<SettingsFacts> {
    const { settings, localAddresses } = this.#parts;
    const [outgoingControl, ownAddresses, offers, plans, relay, { target, loops }] =
      await Promise.all([
        settings.outgoingControl(),
        settings.texts('own-addresses'),
        this.#offers(rows, wanted),
        this.#plans(rows, wanted),
        this.#relay(rows, wanted),
        this.#target(viewer, wanted),
      ]);
    return {
      outgoingControl,
      ownAddresses: [...ownAddresses, ...localAddresses()],
      offers,
      plans,
      relay,
      target,
      loops,
    };
  }

  async #offers(
    rows: readonly DomainRow[],
    { settings }: WantedSettings,
  ): Promise<ReadonlyMap<number, Offer>> {
    const { store, webmails } = this.#parts;
    const asking = rows.filter((row) => isNewWebmail(row, settings.webmail));
    return asking.length === 0
      ? new Map()
      : await store.offers(ownersOf(asking), await webmails.list());
  }

  async #plans(
    rows: readonly DomainRow[],
    { settings }: WantedSettings,
  ): Promise<ReadonlyMap<number, EffectivePlan>> {
    return settings.limitPerHour === undefined
      ? new Map()
      : await plansOfMany(this.#parts.db.knex, ownersOf(rows));
  }

  async #relay(
    rows: readonly DomainRow[],
    { settings }: WantedSettings,
  ): Promise<RelayFacts | undefined> {
    const { relayId } = settings;
    const asking = rows.filter((row) => isNewRelay(row, relayId));
    return relayId === undefined || asking.length === 0
      ? undefined
      : await this.#parts.relays.facts(ownersOf(asking), relayId);
  }

  async #target(
    viewer: Viewer,
    { settings }: WantedSettings,
  ): Promise<Pick<SettingsFacts, 'target' | 'loops'>> {
    const { recipients } = this.#parts;
    const wanted = settings.unknown && targetOf(settings.unknown);
    if (wanted === undefined) {
      return { target: undefined, loops: () => false };
    }
    const [target, loops] = await Promise.all([
      recipients.target(viewer.scope, wanted.address),
      recipients.loopsTo(wanted.address),
    ]);
    return { target, loops };
  }
}

function ownersOf(rows: readonly DomainRow[]): readonly number[] {
  return [...new Set(rows.map(({ owner_id }) => owner_id))];
}
