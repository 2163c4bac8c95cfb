import { existsSync } from 'node:fs';
import type { Config } from '../../config.js';
import { Changes } from '../../changes/changes.js';
import { fileOf, openDatabase } from '../../database/database.js';
import { StartError } from '../../errors.js';
import type { RenderedHost } from '../../mail-server/options.js';
import { mailPortText, mailPortsOf } from './mail-port.js';
import { Settings } from './settings.js';
import { loadManifest } from '../../manifest.js';
import { observe } from '../../panel/overview/facts.js';
import { operator } from '../../viewing/operator.js';

/**
 * Stores the rendered ports and the host's name in the settings, for the pages of mailboxes. On a mail host that cannot
 * reach the panel's database, prints the command to run where the panel runs.
 */
export async function tellHost(
  { ports, hostName, tls }: RenderedHost,
  config: Config,
): Promise<void> {
  const texts = mailPortsOf(ports, tls !== undefined).map(mailPortText);
  try {
    await store(texts, hostName, config);
  } catch {
    const values = texts.map((text) => `'${text}'`).join(' ');
    process.stderr.write(
      `The panel was not told about this host. Where it runs: relais settings set mail-ports ${values}; add ${hostName} to the setting mail-hosts.\n`,
    );
  }
}

/** Opens only the database: rendering neither migrates nor creates a key file on a mail host. */
async function store(
  ports: readonly string[],
  hostName: string,
  { database }: Config,
): Promise<void> {
  const file = fileOf(database);
  if (file !== undefined && !existsSync(file)) {
    throw new StartError('The panel runs elsewhere.');
  }
  const db = openDatabase(database);
  try {
    const { settings: declared, permissions } = loadManifest();
    const changes = new Changes({ db, maps: inNoMap, onUnpublished() {} });
    const settings = new Settings({ db, changes, declared });
    const hosts = new Set([...(await settings.texts('mail-hosts')), hostName]);
    await settings.change(operator(permissions), { 'mail-ports': ports, 'mail-hosts': [...hosts] });
    await observe(db, 'host-rendered', 'host');
  } finally {
    await db.close();
  }
}

/** No map contains settings. */
const inNoMap = { note: async () => undefined, async copyChanges() {}, async followChanges() {} };
