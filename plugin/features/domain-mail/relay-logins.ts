import { AddressError, DomainName } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import { loginsMap } from '../../mail-server/postfix/relay-services.js';
import type { SmtpServerStore } from '../smtp-servers/index.js';

interface RelayRow {
  readonly id: number;
  readonly user_name: string;
  readonly security: string;
  readonly authentication: string;
  readonly plain_login: string | null;
}

/** What Postfix logs in with at the relay of a sender's domain. */
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
        .select('s.id', 's.user_name', 's.security', 's.authentication')
        .select('p.value as plain_login')
        .where({ 'd.name': value('domain'), 'd.mail_enabled': 1, 'd.suspended': 0 })
        .andWhere('s.confirmation', 'confirmed'),
    );
  }

  /**
   * `user:password` for a sender's address.
   *
   * @param map which servers the asking service speaks to: see `loginsMap`. The message may have been routed before the
   *   relay was changed.
   * @throws {Error} when there is none, also for what is no address: told so, Postfix would ask for the host that it
   *   is connected to, and then go on without a login.
   */
  async of(map: string, sender: string): Promise<string> {
    const [relay] = await this.#relay.run({ domain: domainOf(sender) });
    if (relay === undefined || loginsMap(relay.security, relay.authentication) !== map) {
      throw new Error('The domain of the sender has no such relay.');
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

/** Empty, which is no domain's name, for what is no address. */
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
