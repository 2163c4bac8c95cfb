import { type Meanwhile, changedSince } from '../../changes/changed-since.js';
import type { Changes } from '../../changes/changes.js';
import { agreed, refusedAlsoAt } from '../../changes/decision.js';
import type { Database } from '../../database/database.js';
import type { Domain } from '../../panel/directory/domain.js';
import { type DomainStore, domainFrom } from '../../panel/directory/domain-store.js';
import { type WebmailNames, namesByKey } from '../../panel/directory/webmail.js';
import { WebmailStore } from '../../panel/directory/webmail-store.js';
import { type OpenWebmail, openWebmail } from '../../panel/directory/open-webmail.js';
import type { EffectivePlan, OutgoingLimit } from '../../panel/directory/effective-plan.js';
import { EffectivePlans } from '../../panel/directory/effective-plans.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Settings } from '../settings/index.js';
import { type Receiving, ReceivingAddresses, type Recipients } from '../mailboxes/index.js';
import { type KnownExchangers, knownExchangers } from './known-exchangers.js';
import type { MailSettings, WantedSettings } from './mail-settings.js';
import type { KeptFields } from './policies/field-texts.js';
import type { RelayState, Relays, SuggestedRelay } from './relays.js';
import { limitOf } from './settings-decision.js';
import { SettingsChange } from './settings-change.js';
import { type Unreceived, unreceivedWithOthers } from './unreceived.js';
import { MailSettingsStore, type Offer, keptIn, settingsFrom } from './store.js';

/** A domain's settings with all that their page shows. */
export interface DomainMailPage {
  readonly domain: Domain;
  readonly settings: MailSettings;
  readonly kept: KeptFields;
  readonly version: number;
  readonly offer: Offer;
  readonly webmailNames: WebmailNames;
  readonly openWebmail: OpenWebmail | undefined;
  readonly outgoingControl: boolean;
  readonly exchangers: KnownExchangers;
  /** What stops receiving mail when the mail service is switched off. */
  readonly receiving: Receiving;
  readonly relay: RelayState;
  readonly limit: OutgoingLimit;
  /** Its owner's. */
  readonly plan: EffectivePlan;
}

interface DomainMailParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly domains: DomainStore;
  readonly settings: Settings;
  readonly recipients: Recipients;
  readonly relays: Relays;
  /** The addresses of this machine's network interfaces. */
  readonly localAddresses: () => readonly string[];
}

/** The mail settings of domains. */
export class DomainMail {
  readonly #parts: DomainMailParts;
  readonly #store: MailSettingsStore;
  readonly #webmails: WebmailStore;
  readonly #receiving: ReceivingAddresses;
  readonly #plans: EffectivePlans;
  /** In two steps, for transactions that do more. */
  readonly settings: SettingsChange;

  constructor(parts: DomainMailParts) {
    this.#parts = parts;
    this.#store = new MailSettingsStore(parts.db);
    this.#webmails = new WebmailStore(parts.db);
    this.#receiving = new ReceivingAddresses(parts.db);
    this.#plans = new EffectivePlans(parts.db);
    this.settings = new SettingsChange({
      ...parts,
      store: this.#store,
      webmails: this.#webmails,
    });
  }

  /** @throws {NotFoundError} */
  async page(viewer: Viewer, name: string): Promise<DomainMailPage> {
    const row = await this.#parts.domains.require(viewer.scope, name);
    const webmails = await this.#webmails.list();
    const [offer, outgoingControl, relay, receiving, plan] = await Promise.all([
      this.#store.offer(row.owner_id, webmails),
      this.#parts.settings.outgoingControl(),
      this.#parts.relays.state(row),
      this.#receiving.of(row.id),
      this.#plans.of(row.owner_id),
    ]);
    return {
      domain: domainFrom(row),
      settings: settingsFrom(row),
      kept: keptIn(row),
      version: row.version,
      offer,
      webmailNames: namesByKey(webmails),
      openWebmail: openWebmail(webmails, row),
      outgoingControl,
      exchangers: knownExchangers(row),
      relay,
      receiving,
      limit: limitOf(row, plan),
      plan,
    };
  }

  /**
   * @returns what no longer receives mail, if this switched the mail service off.
   * @throws {InvalidInputError} @throws {NotFoundError}
   * @throws {ConflictError} when somebody else has changed the settings since the wanted version.
   */
  async change(
    viewer: Viewer,
    name: string,
    wanted: WantedSettings,
  ): Promise<Unreceived | undefined> {
    const row = await this.#parts.domains.require(viewer.scope, name);
    const { relays } = this.#parts;
    const relay =
      wanted.relay === undefined ? undefined : await relays.named(row, wanted.relay, viewer.scope);
    const named = { ...wanted, settings: { ...wanted.settings, ...relay?.found } };
    const facts = await this.settings.load(viewer, [row], named);
    const decided = this.settings.decide(viewer, { row, facts }, named);
    const decision = agreed(
      relay?.refusal === undefined ? decided : refusedAlsoAt('relay', relay.refusal, decided),
    );
    await this.#parts.changes.make(viewer, (changing) => this.settings.write(changing, decision));
    const { before, after } = decision.change;
    if (after.enabled || !before.enabled) {
      return undefined;
    }
    const around = { db: this.#parts.db, scope: viewer.scope, domain: row };
    return await unreceivedWithOthers(await this.#receiving.of(row.id), around);
  }

  /** The servers that the domain could use as its relay, for what was typed. @throws {NotFoundError} */
  async suggestRelays(
    viewer: Viewer,
    name: string,
    text: string,
  ): Promise<readonly SuggestedRelay[]> {
    return await this.#parts.relays.suggest(
      await this.#parts.domains.require(viewer.scope, name),
      text,
    );
  }

  /** What others changed after `version`, newest first. */
  async meanwhile(viewer: Viewer, name: string, version: number): Promise<readonly Meanwhile[]> {
    const row = await this.#parts.domains.require(viewer.scope, name);
    return await changedSince(this.#parts.db, ['domain-mail.changed'], {
      subject: row.name,
      version,
      since: row.created_at,
    });
  }
}
