import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineName } from '../../../plugin/database/engine.js';
import { removeFolder, temporaryFolder } from '../../support/processes.js';
import { createIssuer } from '../../connecting/certificates.js';
import { type MailServer, startMailServer } from '../../sending/mail-peer.js';
import { Scene, type Typed } from './scene.js';

const publicUrl = 'https://panel.provider.example/mail/';

/** The scene with a mail server, whose certificate the installation trusts. */
export interface MailSite {
  readonly scene: Scene;
  readonly peer: MailServer;
  /** Form fields of a server at the mail server's port, with its login. */
  readonly fields: Typed;
  close(): Promise<void>;
}

export async function openMailSite(engine: EngineName): Promise<MailSite> {
  const folder = temporaryFolder('smtp-ca');
  const issuer = createIssuer();
  const file = join(folder, 'ca.pem');
  writeFileSync(file, issuer.ca);
  const certificate = issuer.issue('IP:127.0.0.1');
  const peer = await startMailServer({ ...certificate });
  const scene = await Scene.open(engine, { RELAIS_SMTP_CA: file, RELAIS_PUBLIC_URL: publicUrl });
  await scene.allow('127.0.0.1', peer.port);
  const { host, port } = { host: '127.0.0.1', port: String(peer.port) };
  return {
    scene,
    peer,
    fields: { host, port, security: 'starttls', user: 'user', password: 'secret' },
    async close() {
      await scene.close();
      await peer.stop();
      issuer.remove();
      removeFolder(folder);
    },
  };
}

/** The link in the last received message; a pattern without the beginning of links. */
export function linkIn({ messages }: MailServer, beginning = publicUrl): string {
  const text = decodeQuotedPrintable(messages.at(-1) ?? '');
  const link = new RegExp(`${beginning}(confirmations/[\\w-]+)`).exec(text)?.[1];
  if (link === undefined) {
    throw new Error(`There is no link in ${text}`);
  }
  return `/${link}`;
}

/** RFC 2045 §6.7 */
export function decodeQuotedPrintable(message: string): string {
  const bytes = message
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([\dA-F]{2})/g, (_code, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
