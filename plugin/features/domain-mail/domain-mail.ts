import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { changedFields, isChange } from '../../changes/changed-fields.js';
import { type Meanwhile, changedSince } from '../../changes/changed-since.js';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { ConflictError, type FieldError, InvalidInputError } from '../../errors.js';
import { type Domain, type DomainRow } from '../../panel/directory/domain.js';
import { type DomainStore, domainFrom } from '../../panel/directory/domain-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Settings } from '../settings/index.js';
import type { Recipients } from '../mailboxes/index.js';
import type { SmtpServer } from '../smtp-servers/index.js';
import { type KeptFields, type MailSettingsForm } from './forms.js';
import {
  type MailSettings,
  type Policy,
  type UnknownRecipients,
  forwardRefusal,
  redirectRefusal,
} from './mail-settings.js';
import type { RelayOffer, Relays } from './relays.js';
import { MailSettingsStore, type Offer, keptIn, settingsFrom } from './store.js';
import { rejectTextRefusal } from './texts.js';
import { inWords } from './words.js';

/** A domain's settings with all that their page shows. */
export interface DomainMailPage {
  readonly domain: Domain;
  readonly settings: MailSettings;
  readonly kept: KeptFields;
  readonly version: number;
  readonly offer: Offer;
  readonly outgoingControl: boolean;
  /** `current` is the server that is set, if it is still there. */
  readonly relays: RelayOffer & { readonly current: SmtpServer | undefined };
}

/** The mail settings of domains. */
export class DomainMail {
  readonly #changes: Changes;
  readonly #db: Database;
  readonly #domains: DomainStore;
  readonly #store: MailSettingsStore;
  readonly #settings: Settings;
  readonly #recipients: Recipients;
  readonly #relays: Relays;
  readonly #localAddresses: () => readonly string[];

  constructor(parts: {
    readonly db: Database;
    readonly changes: Changes;
    readonly domains: DomainStore;
    readonly settings: Settings;
    readonly recipients: Recipients;
    readonly relays: Relays;
    /** The addresses of this machine's network interfaces. */
    readonly localAddresses: () => readonly string[];
  }) {
    this.#db = parts.db;
    this.#changes = parts.changes;
    this.#domains = parts.domains;
    this.#store = new MailSettingsStore(parts.db);
    this.#settings = parts.settings;
    this.#recipients = parts.recipients;
    this.#relays = parts.relays;
    this.#localAddresses = parts.localAddresses;
  }

  /** @throws {NotFoundError} */
  async page(viewer: Viewer, name: string): Promise<DomainMailPage> {
    const row = await this.#domains.require(viewer.scope, name);
    const [offer, outgoingControl, relays, current] = await Promise.all([
      this.#store.offer(row.owner_id),
      this.#settings.outgoingControl(),
      this.#relays.offer(row.owner_id),
      this.#relays.find(row.relay_id ?? undefined),
    ]);
    return {
      domain: domainFrom(row),
      settings: settingsFrom(row),
      kept: keptIn(row),
      version: row.version,
      offer,
      outgoingControl,
      relays: { ...relays, current },
    };
  }

  /**
   * @param kept what was typed for the policies that were not taken.
   * @throws {InvalidInputError} @throws {NotFoundError}
   * @throws {ConflictError} when somebody else has changed the settings since `form.version`.
   */
  async change(
    viewer: Viewer,
    name: string,
    form: MailSettingsForm,
    kept: KeptFields,
  ): Promise<void> {
    const row = await this.#domains.require(viewer.scope, name);
    const before = settingsFrom(row);
    const after = await this.#accepted(viewer, row, form);

    const changed = changedFields(inWords(before), inWords(after));
    const isChanged = isChange(changed);

    await this.#changes.make(viewer, async ({ tx, record, touch }) => {
      const next = form.version + Number(isChanged);
      const version = { id: row.id, version: form.version, next };
      if (!(await this.#store.replace(tx, version, after, kept))) {
        throw new ConflictError('domain-mail.errors.changed-meanwhile', {
          domain: row.utf8_name ?? row.name,
        });
      }
      await this.#holdRelay(tx, row, after);
      await this.#holdForwardTarget(tx, viewer, { domain: row.name, before, after });
      if (isChanged) {
        await record({
          action: 'domain-mail.changed',
          subject: row.name,
          ownerId: row.owner_id,
          resellerId: row.reseller_id ?? undefined,
          before: changed.before,
          after: { ...changed.after, version: next },
        });
      }
      await touch([row.id]);
    });
  }

  /** What others changed after `version`, the newest first. */
  async meanwhile(viewer: Viewer, name: string, version: number): Promise<readonly Meanwhile[]> {
    const row = await this.#domains.require(viewer.scope, name);
    return await changedSince(this.#db, ['domain-mail.changed'], {
      subject: row.name,
      version,
      since: row.created_at,
    });
  }

  async #accepted(viewer: Viewer, row: DomainRow, form: MailSettingsForm): Promise<MailSettings> {
    const unknown = unknownIn(form);
    const webmail = form.webmail === '' ? undefined : form.webmail;
    const refusals = {
      [fieldThatDecides[unknown.policy]]: form.mailEnabled
        ? await this.#refusal(viewer, row, unknown)
        : undefined,
      relay: isNewRelay(row, form.relay)
        ? await this.#relays.refusal(row.owner_id, form.relay)
        : undefined,
      webmail: await this.#webmailRefusal(row, webmail),
    };
    const errors = Object.entries(refusals).flatMap(([field, error]) =>
      error === undefined ? [] : [[field, error] as const],
    );
    if (errors.length > 0) {
      throw new InvalidInputError(Object.fromEntries(errors));
    }
    return { enabled: form.mailEnabled, unknown, webmail, relayId: form.relay };
  }

  async #webmailRefusal(
    row: DomainRow,
    webmail: MailSettings['webmail'],
  ): Promise<FieldError | undefined> {
    if (webmail === undefined || webmail === row.webmail) {
      return undefined;
    }
    const { webmails } = await this.#store.offer(row.owner_id);
    return webmails.includes(webmail)
      ? undefined
      : { key: 'domain-mail.errors.webmail-not-offered' };
  }

  async #refusal(
    viewer: Viewer,
    row: DomainRow,
    unknown: UnknownRecipients,
  ): Promise<FieldError | undefined> {
    switch (unknown.policy) {
      case 'forward':
        return forwardRefusal(unknown.to, {
          domain: domainFrom(row),
          outgoingControl: await this.#settings.outgoingControl(),
          mayLeaveDomain: viewer.permissions.has('domain-mail.internal'),
        });
      case 'redirect':
        return redirectRefusal(unknown.ip, {
          ownAddresses: [
            ...(await this.#settings.texts('own-addresses')),
            ...this.#localAddresses(),
          ],
          mayUsePrivate: viewer.permissions.has('domain-mail.internal'),
        });
      case 'reject':
        return unknown.text === row.reject_text ? undefined : rejectTextRefusal(unknown.text);
      case 'bounce':
        return undefined;
    }
  }

  async #holdRelay(tx: Knex.Transaction, row: DomainRow, { relayId }: MailSettings): Promise<void> {
    const refusal = isNewRelay(row, relayId)
      ? await this.#relays.hold(tx, row.owner_id, relayId)
      : undefined;
    if (refusal !== undefined) {
      throw new InvalidInputError({ relay: refusal });
    }
  }

  /**
   * Once the settings are written, so that the domain counts as it will be, and the address stays there. One that
   * was there before is no reason to refuse another change.
   */
  async #holdForwardTarget(
    tx: Knex.Transaction,
    viewer: Viewer,
    {
      domain,
      before,
      after,
    }: {
      readonly domain: string;
      readonly before: MailSettings;
      readonly after: MailSettings;
    },
  ): Promise<void> {
    const { unknown } = after;
    if (!after.enabled || unknown.policy !== 'forward') {
      return;
    }
    const isNew = !(before.unknown.policy === 'forward' && before.unknown.to.equals(unknown.to));
    const refusal =
      (isNew ? await this.#recipients.targetRefusal(viewer.scope, unknown.to, tx) : undefined) ??
      (await this.#loopRefusal(tx, domain));
    if (refusal !== undefined) {
      throw new InvalidInputError({ forwardTo: refusal });
    }
  }

  /** Mail for nobody in particular must end somewhere: two domains that forward to each other would never stop. */
  async #loopRefusal(tx: Knex.Transaction, domain: string): Promise<FieldError | undefined> {
    return (await this.#recipients.goesRound(tx, `${randomUUID()}@${domain}`))
      ? { key: 'domain-mail.errors.forward-loop' }
      : undefined;
  }
}

const fieldThatDecides = {
  reject: 'rejectText',
  bounce: 'bounceText',
  forward: 'forwardTo',
  redirect: 'redirectIp',
} as const satisfies Record<Policy, string>;

/** One that was there before is no reason to refuse another change. */
function isNewRelay({ relay_id }: DomainRow, id: number | undefined): id is number {
  return id !== undefined && id !== relay_id;
}

function unknownIn(form: MailSettingsForm): UnknownRecipients {
  switch (form.policy) {
    case 'reject':
      return { policy: 'reject', text: form.rejectText || undefined };
    case 'bounce':
      return { policy: 'bounce', text: form.bounceText ?? '' };
    case 'forward':
      return { policy: 'forward', to: required(form.forwardTo) };
    case 'redirect':
      return {
        policy: 'redirect',
        ip: required(form.redirectIp),
        port: required(form.redirectPort),
      };
  }
}

/** The form's schema requires it with this policy. */
function required<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new TypeError('The form was not validated.');
  }
  return value;
}
