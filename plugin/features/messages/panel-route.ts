import { EmailAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { automatic, linkOf, preferencesPath } from '../../panel-mail/outgoing.js';
import type { PanelMail } from '../../panel-mail/panel-mail.js';
import { type RenderedMail, renderMail } from '../../panel-mail/render.js';
import type { StoredMail } from '../../panel-mail/store.js';
import { languageFor } from '../../web/locale.js';
import type { Carriers } from '../panel-mail/index.js';
import type { Claimed } from './claims.js';
import { type Route, type Stop, lastingHeaders } from './stop.js';

export interface PanelRouteParts {
  readonly db: Database;
  readonly panelMail: PanelMail;
  readonly carriers: Carriers;
  /** The base of links, ending in a slash. */
  readonly publicUrl: string;
}

/** Mails of the panel leave through what an administrator chose, and are written when they do. */
export class PanelRoute implements Route {
  readonly #parts: PanelRouteParts;

  constructor(parts: PanelRouteParts) {
    this.#parts = parts;
  }

  async stopsFor(claimed: Claimed): Promise<readonly Stop[]> {
    const carrier = await this.#parts.carriers.current();
    if (carrier === undefined) {
      return [];
    }
    const { server, endpoint, policy, from } = carrier;
    const prepare: Stop['prepare'] = async () => {
      const mail = await this.#written(claimed);
      const to = claimed.waiting.map((each) => EmailAddress.parse(each));
      return (
        mail && {
          endpoint,
          policy,
          message: {
            envelope: { from: from.address, to },
            content: {
              ...mail,
              from,
              to: to.map((address) => ({ address })),
              headers: { ...lastingHeaders(claimed), ...automatic },
            },
          },
        }
      );
    };
    const label = server === undefined ? String(endpoint.host) : `${server.title} (${server.host})`;
    return [{ server, label, prepare }];
  }

  async #written({ id }: Claimed): Promise<RenderedMail | undefined> {
    const { db, panelMail } = this.#parts;
    const mail = await panelMail.store.ofMessage(db.knex, id);
    return mail && this.rendered(mail);
  }

  /** Undefined if its kind is not known here, as while another version of the program runs, too. */
  rendered(mail: StoredMail): RenderedMail | undefined {
    const { panelMail, publicUrl } = this.#parts;
    const kind = panelMail.kinds.get(mail.kind);
    const language = languageFor(mail.locale ?? 'en');
    return (
      kind &&
      renderMail(
        kind,
        {
          fields: mail.fields,
          link: linkOf(publicUrl, mail.path),
          ...(kind.switchableBy !== undefined && {
            preferences: linkOf(publicUrl, preferencesPath),
          }),
        },
        language,
      )
    );
  }
}
