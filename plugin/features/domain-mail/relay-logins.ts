import { AddressError, DomainName } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import { loginsMap } from '../../mail-server/postfix/relay-services.js';
import type { SmtpServerStore } from '../smtp-servers/index.js';

/** The tables that a database user must be able to read for this, and no more. */
export const lookupTables = ['domains', 'smtp_servers', 'settings', 'mail_changes'] as const;

interface RelayRow {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly user_name: string;
  readonly security: string;
  readonly authentication: string;
  readonly plain_login: string | null;
}

/** The logins of domains' relays, for Postfix. */
export class RelayLogins {
  readonly #db: Database;
  readonly #servers: Pick<SmtpServerStore, 'secretOf'>;
  readonly #relay: Prepared<{ domain: string }, RelayRow>;

  constructor(db: Database, servers: Pick<SmtpServerStore, 'secretOf'>) {
    this.#db = db;
    this.#servers = servers;
    this.#relay = new Prepared(db, (value) =>
      db
        .knex('domains as d')
        .join('smtp_servers as s', (on) =>
          on.on('s.id', 'd.relay_id').on('s.owner_id', 'd.owner_id'),
        )
        .leftJoin('settings as p', (on) => on.onVal('p.key', 'smtp-plain-login'))
        .select('s.id', 's.host', 's.port', 's.security', 's.authentication', 's.user_name')
        .select('p.value as plain_login')
        .where({ 'd.name': value('domain'), 'd.mail_enabled': 1, 'd.suspended': 0 })
        .andWhere('s.confirmation', 'confirmed'),
    );
  }

  /**
   * Answers one connection of smtp(8), which asks for the sender, then for the name of the host, then for its
   * destination, `[host]:port`, and logs in with the first answer. Only the last question is answered: a message that
   * was routed before the relay changed is connected to the old server, and would log in there.
   *
   * An error makes mail wait; without a login, Postfix would continue without one.
   */
  conversation(): (map: string, key: string) => Promise<string | undefined> {
    let sender: string | undefined;
    return async (map, key) => {
      if (!key.startsWith('[')) {
        sender = key.includes('@') ? key : sender;
        return undefined;
      }
      const asked = sender;
      sender = undefined;
      return await this.#login(map, asked ?? '', key);
    };
  }

  async #login(map: string, sender: string, destination: string): Promise<string> {
    const [relay] = await this.#relay.run({ domain: domainOf(sender) });
    if (
      relay === undefined ||
      destination !== `[${relay.host}]:${relay.port}` ||
      map !== loginsMap(relay.security, relay.authentication)
    ) {
      throw new Error('This is not the relay of the domain of the sender.');
    }
    if (relay.security === 'none' && relay.plain_login !== 'true') {
      throw new Error('The installation does not let logins travel without TLS.');
    }
    const { password } = await this.#servers.secretOf(this.#db.knex, relay.id);
    if (password === undefined) {
      throw new Error('The relay has no password.');
    }
    return `${relay.user_name}:${password}`;
  }
}

/** Empty, which is no domain's name, if it is no address. */
function domainOf(sender: string): string {
  const at = sender.lastIndexOf('@');
  if (at < 1) {
    return '';
  }
  try {
    return DomainName.parse(sender.slice(at + 1)).ascii;
  } catch (error) {
    if (error instanceof AddressError) {
      return '';
    }
    throw error;
  }
}
