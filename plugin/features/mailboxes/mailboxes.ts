import type { Knex } from 'knex';
import type { EmailAddress } from '../../addresses/index.js';
import { changedFields, isChange } from '../../changes/changed-fields.js';
import { type Meanwhile, changedSince } from '../../changes/changed-since.js';
import type { Changes, Changing } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { ConflictError, NotFoundError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import { hashPassword } from '../../secrets/passwords.js';
import type { StoredAlias } from './alias.js';
import type { AliasStore } from './alias-store.js';
import { type DomainMembers, type DomainPlan, assertAccepted, ownersOf } from './domain-members.js';
import type { MailboxForm, NewMailboxForm } from './forms.js';
import { type Mailbox, bytesPerMegabyte, quotaRefusal } from './mailbox.js';
import {
  type MailboxRow,
  type MailboxSettings,
  MailboxStore,
  mailboxFrom,
} from './mailbox-store.js';
import { passwordRefusal } from './password.js';
import { type Removal, type Removals, assertGivenUp } from './removals.js';
import { type Suspension, assertSuspendable, suspensionOf } from './suspension.js';
import { recordChange } from './mailbox-audit.js';
import { mailboxInWords } from './words.js';

/** A mailbox with its domain. */
export interface MailboxPage extends DomainPlan {
  readonly mailbox: Mailbox;
}

/** The mailboxes of domains. */
export class Mailboxes {
  readonly #db: Database;
  readonly #changes: Changes;
  readonly #domains: DomainStore;
  readonly #members: DomainMembers;
  readonly #removals: Removals;
  readonly #aliases: AliasStore;
  readonly #store: MailboxStore;

  constructor(parts: {
    readonly db: Database;
    readonly changes: Changes;
    readonly domains: DomainStore;
    readonly members: DomainMembers;
    readonly removals: Removals;
    readonly aliasStore: AliasStore;
  }) {
    this.#db = parts.db;
    this.#changes = parts.changes;
    this.#domains = parts.domains;
    this.#members = parts.members;
    this.#removals = parts.removals;
    this.#aliases = parts.aliasStore;
    this.#store = new MailboxStore(parts.db);
  }

  /** @throws {NotFoundError} */
  async overview(viewer: Viewer, domain: string): Promise<DomainPlan> {
    const row = await this.#domains.require(viewer.scope, domain);
    return await this.#members.planFor(viewer, 'mailboxes', row);
  }

  /** @throws {NotFoundError} */
  async page(viewer: Viewer, domain: string, id: number): Promise<MailboxPage> {
    const { domainRow, row } = await this.#find(viewer, domain, id);
    const plan = await this.#members.planFor(viewer, 'mailboxes', domainRow);
    return { ...plan, mailbox: mailboxFrom(row) };
  }

  /** @throws {NotFoundError} */
  async byAddress(viewer: Viewer, address: EmailAddress): Promise<MailboxPage> {
    const domain = await this.#domains.require(viewer.scope, address.domain.ascii);
    const row = await this.#store.findByAddress(domain, address);
    if (row === undefined) {
      throw new NotFoundError('mailboxes.errors.not-found', { address: address.toUnicode() });
    }
    return await this.page(viewer, domain.name, row.id);
  }

  /** @returns the mailbox's id. @throws {InvalidInputError} @throws {NotFoundError} */
  async create(viewer: Viewer, domainName: string, form: NewMailboxForm): Promise<number> {
    const domain = await this.#domains.require(viewer.scope, domainName);
    const settings = settingsIn(form);
    const address = form.address.toString();
    const passwordHash = await hashPassword(form.password);
    const { mostQuotaBytes } = await this.#members.planFor(viewer, 'mailboxes', domain);

    return await this.#changes.make(viewer, async ({ tx, record, touch }) => {
      await this.#members.hold(tx, domain);
      assertAccepted({
        address:
          (await this.#members.addressRefusal(tx, form.address)) ??
          (await this.#members.placeRefusal(tx, viewer, 'mailboxes', domain)),
        password: passwordRefusal(form.password, address),
        quotaMegabytes: quotaRefusal(settings.quotaBytes, mostQuotaBytes),
      });
      const id = await this.#store.insert(tx, {
        ...settings,
        domainId: domain.id,
        address: form.address,
        passwordHash,
      });
      await record({
        action: 'mailbox.created',
        subject: address,
        ...ownersOf(domain),
        after: mailboxInWords(settings),
      });
      await touch([domain.id]);
      return id;
    });
  }

  /**
   * @throws {InvalidInputError} @throws {NotFoundError}
   * @throws {ConflictError} when somebody else has changed the mailbox since `form.version`.
   */
  async change(viewer: Viewer, domain: string, id: number, form: MailboxForm): Promise<void> {
    const { domainRow, row } = await this.#find(viewer, domain, id);
    const settings = settingsIn(form);
    const { mostQuotaBytes } = await this.#members.planFor(viewer, 'mailboxes', domainRow);
    const keepsQuota = settings.quotaBytes === row.quota_bytes;
    const hasPassword = form.password !== '';
    assertAccepted({
      password: hasPassword ? passwordRefusal(form.password, row.address) : undefined,
      quotaMegabytes: keepsQuota ? undefined : quotaRefusal(settings.quotaBytes, mostQuotaBytes),
    });
    const passwordHash = hasPassword ? await hashPassword(form.password) : undefined;

    const changed = changedFields(mailboxInWords(mailboxFrom(row)), mailboxInWords(settings));
    const isChanged = hasPassword || isChange(changed);
    const version = form.version + Number(isChanged);

    await this.#changes.make(viewer, async (changing) => {
      const read = { ...row, version: form.version, next: version };
      if (!(await this.#store.replace(changing.tx, read, settings, passwordHash))) {
        throw new ConflictError('mailboxes.errors.changed-meanwhile', {
          address: mailboxFrom(row).displayAddress,
        });
      }
      await recordChange(changing, { domain: domainRow, row, changed, version });
      if (hasPassword) {
        await this.#endSessions(changing, domainRow, row, version);
      }
      await changing.touch([domainRow.id]);
    });
  }

  /** What else would not arrive while the mailbox is suspended. @throws {NotFoundError} */
  async suspension(
    viewer: Viewer,
    domain: string,
    id: number,
  ): Promise<MailboxPage & { readonly suspension: Suspension }> {
    const page = await this.page(viewer, domain, id);
    const { address } = page.mailbox;
    return { ...page, suspension: await suspensionOf(this.#aliases, viewer.scope, address) };
  }

  /**
   * Mail for it is refused, and its user cannot sign in.
   *
   * @param confirmed whether that is agreed to for the aliases that lead there too.
   * @throws {NotFoundError} @throws {ConflictError} when it is not, or a domain forwards there.
   */
  async suspend(viewer: Viewer, domain: string, id: number, confirmed = false): Promise<Mailbox> {
    const found = await this.#find(viewer, domain, id);
    return await this.#setSuspended(viewer, found, true, async (tx) => {
      const { row, domainRow } = found;
      await this.#members.hold(tx, domainRow);
      const suspension = await suspensionOf(this.#aliases, viewer.scope, row.address, tx);
      assertSuspendable(mailboxFrom(row), suspension, confirmed);
    });
  }

  /** @throws {NotFoundError} */
  async resume(viewer: Viewer, domain: string, id: number): Promise<Mailbox> {
    return await this.#setSuspended(viewer, await this.#find(viewer, domain, id), false);
  }

  /** What would be lost with the mailbox. @throws {NotFoundError} */
  async removal(
    viewer: Viewer,
    domain: string,
    id: number,
  ): Promise<MailboxPage & { readonly removal: Removal }> {
    const page = await this.page(viewer, domain, id);
    return { ...page, removal: await this.#removals.of(viewer.scope, page.mailbox) };
  }

  /**
   * Removes the mailbox with the aliases that lead nowhere else.
   *
   * @param expected what `removal` said to be lost; undefined agrees with anything.
   * @throws {NotFoundError} @throws {ConflictError} when it is something else by now, or mail is forwarded to it.
   */
  async remove(
    viewer: Viewer,
    domain: string,
    id: number,
    expected?: string,
  ): Promise<readonly StoredAlias[]> {
    const { domainRow, row } = await this.#find(viewer, domain, id);
    return await this.#changes.make(viewer, async (changing) => {
      const { tx, record, touch } = changing;
      await this.#members.hold(tx, domainRow);
      const held = await this.#store.held(tx, row);
      if (held === undefined) {
        throw new NotFoundError();
      }
      const mailbox = mailboxFrom(held);
      const removed = await this.#removals.apply(changing, viewer.scope, mailbox, expected);
      await this.#store.remove(tx, id);
      await assertGivenUp(tx, row.address);
      await record({
        action: 'mailbox.removed',
        subject: row.address,
        ...ownersOf(domainRow),
        before: mailboxInWords(mailbox),
      });
      await touch([domainRow.id]);
      return removed;
    });
  }

  /** What others changed after `version`, the newest first. @throws {NotFoundError} */
  async meanwhile(
    viewer: Viewer,
    domain: string,
    id: number,
    version: number,
  ): Promise<readonly Meanwhile[]> {
    const { row } = await this.#find(viewer, domain, id);
    return await changedSince(this.#db, ['mailbox.changed', 'mailbox.password-changed'], {
      subject: row.address,
      version,
      since: row.created_at,
    });
  }

  async #find(
    viewer: Viewer,
    domain: string,
    id: number,
  ): Promise<{ readonly domainRow: DomainRow; readonly row: MailboxRow }> {
    const domainRow = await this.#domains.require(viewer.scope, domain);
    const row = await this.#store.find(domainRow, id);
    if (row === undefined) {
      throw new NotFoundError();
    }
    return { domainRow, row };
  }

  async #setSuspended(
    viewer: Viewer,
    { domainRow, row }: { readonly domainRow: DomainRow; readonly row: MailboxRow },
    suspended: boolean,
    check?: (tx: Knex.Transaction) => Promise<void>,
  ): Promise<Mailbox> {
    await this.#changes.make(viewer, async ({ tx, record, touch }) => {
      await check?.(tx);
      if (!(await this.#store.setSuspended(tx, row.id, suspended))) {
        return;
      }
      await this.#store.endSessions(tx, row.id);
      await record({
        action: suspended ? 'mailbox.suspended' : 'mailbox.resumed',
        subject: row.address,
        ...ownersOf(domainRow),
      });
      await touch([domainRow.id]);
    });
    return { ...mailboxFrom(row), suspended };
  }

  async #endSessions(
    { tx, record }: Changing,
    domain: DomainRow,
    row: MailboxRow,
    version: number,
  ): Promise<void> {
    await this.#store.endSessions(tx, row.id);
    await record({
      action: 'mailbox.password-changed',
      subject: row.address,
      ...ownersOf(domain),
      after: { version },
    });
  }
}

function settingsIn(form: Omit<NewMailboxForm, 'address'>): MailboxSettings {
  const { displayName, quotaMegabytes, imap, pop3 } = form;
  return { displayName, quotaBytes: quotaMegabytes * bytesPerMegabyte, imap, pop3 };
}
