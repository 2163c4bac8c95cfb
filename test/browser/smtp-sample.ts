import { createHash } from 'node:crypto';
import type { App } from '../../plugin/app.js';
import { parseServerForm } from '../../plugin/features/smtp-servers/forms.js';
import { readLogo } from '../../plugin/features/smtp-servers/logo.js';
import type { Confirmation } from '../../plugin/features/smtp-servers/smtp-server.js';
import { operator } from '../../plugin/viewing/operator.js';

/** IDs and tokens for the paths of SMTP server pages. */
export type SmtpIds = Readonly<
  Record<'server' | 'failedServer' | 'longServer' | 'readOnlyServer', number>
>;

/** A valid confirmation link. */
export const confirmationToken = 'a-link-of-the-sample';

type Typed = Readonly<Record<string, string>>;

const logo = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30"><rect width="120" height="30" fill="#0b6bcb"/></svg>',
);

/** A server of `morel` for each state, and one of `lecture`, who cannot change it. */
export async function fillSmtpServers(app: App): Promise<SmtpIds> {
  const day = Date.UTC(2025, 3, 2, 14, 5);
  const { sendingServices } = app.features;
  const names = { nameEn: 'Customer support', nameFr: 'Service après-vente' };
  await sendingServices.create(operator(app.manifest.permissions), { key: 'support', ...names });

  const server = await add(app, 'morel', {
    title: 'Boutique',
    signature:
      '<p>Hélène Morel<br><a href="https://boulangerie-morel.example">La boulangerie</a></p>',
  });
  await confirm(app, server, { state: 'confirmed', at: day, outcome: undefined });
  const failedServer = await add(app, 'morel', {
    title: 'Ancien fournisseur',
    host: 'smtp.ancien-fournisseur.example',
    port: '465',
    usage: 'custom',
    'service.sales': '1',
    'service.support': '1',
  });
  await confirm(app, failedServer, { state: 'failed', at: day, outcome: 'login-refused' });
  const longServer = await add(app, 'morel', {
    title: 'x'.repeat(100),
    host: `${'very-long-name-without-an-end.'.repeat(7)}example`,
    senderName: 'y'.repeat(200),
    user: 'z'.repeat(320),
    authentication: 'xoauth2',
    oauthClientId: 'c'.repeat(255),
    oauthTokenUrl: 'https://id.provider.example/token',
    refreshToken: 'r',
  });
  await confirm(app, longServer, { state: 'sent', at: day, outcome: undefined });
  await app.db.knex('smtp_confirmations').insert({
    token_hash: createHash('sha256').update(confirmationToken).digest('hex'),
    server_id: longServer,
    expires_at: Date.now() + 24 * 3600 * 1000,
  });
  return { server, failedServer, longServer, readOnlyServer: await add(app, 'lecture', {}) };
}

async function add(app: App, owner: string, typed: Typed): Promise<number> {
  const read = await readLogo(logo);
  const form = parseServerForm(
    {
      title: 'Bureau',
      host: 'smtp.fournisseur.example',
      port: '587',
      security: 'starttls',
      authentication: 'login',
      user: 'morel',
      password: 'a password for the sample',
      address: 'accueil@boulangerie-morel.example',
      senderName: 'Boulangerie Morel',
      usage: 'default',
      ...typed,
    },
    ['purchasing', 'sales', 'production', 'support'],
  );
  return await app.features.smtpServers.create(operator(app.manifest.permissions), form, {
    owner,
    logo: typeof read === 'object' ? read : undefined,
  });
}

async function confirm(app: App, id: number, confirmation: Confirmation): Promise<void> {
  await app.features.smtpServerStore.setConfirmation(app.db.knex, id, confirmation);
}
