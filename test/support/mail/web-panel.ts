import { DomainName, EmailAddress } from '../../../plugin/addresses/index.js';
import type { TestApp, TestWeb } from '../app.js';
import { addAccount } from '../fixtures.js';
import { type Page, Visitor } from '../visitor.js';
import { type MailboxSettings, type MailPanel, type Policy, usualPassword } from './panel.js';

/** The panel as an administrator uses it: every change submits a form. */
export async function webPanel(app: TestApp, web: TestWeb): Promise<MailPanel> {
  const login = `tester${Date.now()}`;
  const id = await addAccount(app, login, { role: 'administrator' });
  const visitor = await Visitor.signedIn(web, app, id);
  const owners = new Map<string, string>();

  const send = async (
    path: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<void> => {
    accepted(path, await visitor.fill(path, fields));
  };
  const press = async (
    path: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<void> => accepted(path, await visitor.post(path, fields));
  const idOf = async (table: 'mailboxes' | 'aliases', address: string): Promise<number> => {
    const row = await app.db
      .knex<{ id: number; address: string }>(table)
      .where('address', EmailAddress.parse(address).toString())
      .first('id');
    return row?.id ?? 0;
  };
  const pathOf = async (table: 'mailboxes' | 'aliases', address: string): Promise<string> =>
    `${domainPath(address)}/${table}/${await idOf(table, address)}`;
  const suspend = async (address: string, suspended: boolean): Promise<void> =>
    press(`${await pathOf('mailboxes', address)}/suspension${suspended ? '' : '/end'}`, {
      confirmed: '1',
    });
  const free = async (name: string): Promise<void> => {
    const removal = await app.db.knex('removals').where({ reserved: name }).first('id');
    await press(`/removed/${removal.id}/erasure`);
  };

  return {
    async createDomain(name, ownerEmail = 'owner@outside.test') {
      const owner = `owner${owners.size}`;
      owners.set(DomainName.parse(name).ascii, owner);
      await addAccount(app, owner, { email: ownerEmail });
      await send('/domains/new', { name, owner });
    },
    setPolicy: (domain, policy) => send(settingsPath(domain), policyFields(policy)),
    setMailEnabled: (domain, enabled) =>
      send(settingsPath(domain), { mailEnabled: enabled ? '1' : '' }),
    async setRelay(domain, serverId) {
      const server = await app.db
        .knex('smtp_servers')
        .where({ id: serverId ?? 0 })
        .first();
      await send(settingsPath(domain), { relay: server ? `${server.title} #${server.id}` : '' });
    },
    async setDomainSuspended(domain, suspended) {
      const owner = await app.panel.accountStore.knownByLogin(
        owners.get(DomainName.parse(domain).ascii) ?? '',
      );
      await press(`/accounts/${owner?.account.id}/suspension${suspended ? '' : '/end'}`);
    },
    async removeDomain(domain) {
      await send(`${domainPath(domain)}/removal`, { confirmation: domain });
      await free(DomainName.parse(domain).ascii);
    },

    async createMailbox(address, { suspended = false, ...settings } = {}) {
      const [name = ''] = address.split('@');
      const fields = mailboxFields({ password: usualPassword, ...settings });
      await send(`${domainPath(address)}/mailboxes/new`, { address: name, ...fields });
      if (suspended) {
        await suspend(address, true);
      }
    },
    async setMailbox(address, { suspended, ...settings }) {
      if (suspended !== undefined) {
        await suspend(address, suspended);
      }
      if (Object.keys(settings).length > 0) {
        await send(await pathOf('mailboxes', address), mailboxFields(settings));
      }
    },
    async removeMailbox(address) {
      await send(`${await pathOf('mailboxes', address)}/removal`);
      await free(EmailAddress.parse(address).toString());
    },

    async createAlias(address, targets) {
      const [name = ''] = address.split('@');
      const fields = { address: name, targets: targets.join('\n') };
      await send(`${domainPath(address)}/aliases/new`, fields);
    },
    async removeAlias(address) {
      await send(`${await pathOf('aliases', address)}/removal`);
      await free(EmailAddress.parse(address).toString());
    },
  };
}

function accepted(path: string, { status, text }: Page): void {
  if (status !== 303) {
    const errors = text.match(/class="field-error"[\s\S]*?<\/p>/g) ?? [text];
    throw new Error(`${path}: ${status} ${errors.join(' ').replaceAll(/<[^>]*>/g, ' ')}`);
  }
}

function domainPath(domainOrAddress: string): string {
  const domain = domainOrAddress.slice(domainOrAddress.lastIndexOf('@') + 1);
  return `/domains/${DomainName.parse(domain).ascii}`;
}

function settingsPath(domain: string): string {
  return `${domainPath(domain)}/mail-settings`;
}

function policyFields(policy: Policy): Record<string, string> {
  switch (policy.unknown) {
    case 'reject':
      return { policy: 'reject', rejectText: policy.text ?? '' };
    case 'bounce':
      return { policy: 'bounce', bounceText: policy.text };
    case 'forward':
      return { policy: 'forward', forwardTo: policy.to };
    case 'redirect':
      return { policy: 'redirect', redirectIp: policy.ip, redirectPort: String(policy.port) };
  }
}

function mailboxFields(settings: Omit<MailboxSettings, 'suspended'>): Record<string, string> {
  const { password, quotaMegabytes, imap, pop3 } = settings;
  return {
    ...(password !== undefined && { password }),
    ...(quotaMegabytes !== undefined && { quotaMegabytes: String(quotaMegabytes) }),
    ...(imap !== undefined && { imap: imap ? '1' : '' }),
    ...(pop3 !== undefined && { pop3: pop3 ? '1' : '' }),
  };
}
