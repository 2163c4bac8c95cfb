import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { WebmailAddress, webmailLabel } from '../../panel/directory/webmail-address.js';
import { type Locale, asLocale } from '../../web/locale.js';

type HostedRow = Pick<DomainRow, 'name' | 'utf8_name' | 'locale' | 'suspended' | 'mail_enabled'> & {
  /** Null if it chose none, or a removed one, or one without an address. */
  readonly address: string | null;
};

/** Where a domain's webmail is, or why it has none. */
export class HostedWebmail {
  readonly #row: HostedRow;

  constructor(row: HostedRow) {
    this.#row = row;
  }

  get displayName(): string {
    return this.#row.utf8_name ?? this.#row.name;
  }

  /** The language that its visitors most likely read. */
  get locale(): Locale {
    return asLocale(this.#row.locale) ?? 'en';
  }

  /** What its page says if it has none: keys below `webmail.none`. */
  get lack(): 'suspended' | 'off' | 'without' {
    return this.#row.suspended === 1
      ? 'suspended'
      : this.#row.mail_enabled === 1
        ? 'without'
        : 'off';
  }

  /**
   * The URL of the application; undefined if there is none, or if it would lead back to this host for ever.
   *
   * @param port of the request, with its colon, or empty.
   */
  leadsTo(port: string): string | undefined {
    const { address, name } = this.#row;
    if (this.lack !== 'without' || address === null) {
      return undefined;
    }
    const url = WebmailAddress.parse(address).urlFor({ domain: name });
    const own = `${webmailLabel}.${name}`;
    return [own, own + port].includes(new URL(url).host) ? undefined : url;
  }
}

/** Finds domains by name for anybody: their webmail is public. */
export class WebmailHosts {
  readonly #byName: Prepared<{ name: string }, HostedRow>;

  constructor(db: Database) {
    this.#byName = new Prepared(db, (value) =>
      db
        .knex('domains as d')
        .leftJoin('webmails as w', 'w.key', 'd.webmail')
        .where('d.name', value('name'))
        .select('d.name', 'd.utf8_name', 'd.locale', 'd.suspended', 'd.mail_enabled', 'w.address'),
    );
  }

  async find(name: string): Promise<HostedWebmail | undefined> {
    const [row] = await this.#byName.run({ name });
    return row && new HostedWebmail(row);
  }
}
