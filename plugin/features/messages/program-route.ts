import { EmailAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import type { OutgoingMessage, Party } from '../../sending/outgoing-message.js';
import { plainTextOf } from '../../sending/plain-text.js';
import type { Settings } from '../settings/index.js';
import {
  type LogoStore,
  type OutgoingConfig,
  type SmtpServer,
  type SmtpServerStore,
  connectionTo,
  senderOf,
  withSignature,
} from '../smtp-servers/index.js';
import type { Claimed } from './claims.js';
import type { MessageContent, RecipientField } from './message.js';
import { type Route, type Stop, lastingHeaders } from './stop.js';
import type { MessageStore } from './store.js';

export interface ProgramRouteParts {
  readonly db: Database;
  readonly store: MessageStore;
  readonly servers: SmtpServerStore;
  readonly logos: LogoStore;
  readonly settings: Settings;
  readonly outgoing: OutgoingConfig;
}

/** Messages of programs leave through their account's servers, with each one's sender and signature. */
export class ProgramRoute implements Route {
  readonly #parts: ProgramRouteParts;

  constructor(parts: ProgramRouteParts) {
    this.#parts = parts;
  }

  async stopsFor(claimed: Claimed): Promise<readonly Stop[]> {
    const servers = await this.#parts.servers.confirmedOf(claimed.ownerId, claimed.service);
    return servers.map((server) => ({
      server,
      label: `${server.title} (${server.host})`,
      prepare: () => this.#prepared(server, claimed),
    }));
  }

  async #prepared(server: SmtpServer, claimed: Claimed): ReturnType<Stop['prepare']> {
    const { store, servers } = this.#parts;
    const content = await store.content(claimed.id);
    return (
      content && {
        message: await this.#written(server, claimed, content),
        ...(await connectionTo(server, { ...this.#parts, store: servers })),
      }
    );
  }

  async #written(
    server: SmtpServer,
    claimed: Claimed,
    { text, html, replyTo, attachments }: MessageContent,
  ): Promise<OutgoingMessage> {
    const plain = text ?? plainTextOf(html ?? '');
    const signed = withSignature(
      { text: plain, html },
      server,
      await this.#parts.logos.of(server.id),
    );
    const from = senderOf(server);
    return {
      envelope: { from: from.address, to: claimed.waiting.map((each) => EmailAddress.parse(each)) },
      content: {
        from,
        to: partiesOf(claimed, 'to'),
        cc: partiesOf(claimed, 'cc'),
        ...(replyTo !== undefined && { replyTo: { address: EmailAddress.parse(replyTo) } }),
        subject: claimed.subject,
        text: signed.text,
        html: signed.html,
        headers: lastingHeaders(claimed),
        attachments: [
          ...signed.attachments,
          ...attachments.map(({ contentId, ...each }) => ({
            ...each,
            ...(contentId !== undefined && { cid: contentId }),
          })),
        ],
      },
    };
  }
}

function partiesOf({ recipients }: Claimed, field: RecipientField): readonly Party[] {
  return recipients
    .filter((each) => each.field === field)
    .map(({ address }) => ({ address: EmailAddress.parse(address) }));
}
