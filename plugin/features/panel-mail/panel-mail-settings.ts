import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import type { PanelMail } from '../../panel-mail/panel-mail.js';
import type { Panel } from '../../panel/panel.js';
import type { Outcome } from '../../sending/outcomes.js';
import { type Viewer, signedInAccount } from '../../viewing/viewer.js';
import type { Carriers } from './carrier.js';
import { ChoiceChange } from './choice-change.js';
import {
  type ChoosableServer,
  type PanelMailChoice,
  choosableServers,
  readChoice,
} from './store.js';

interface PanelMailSettingsParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly panel: Pick<Panel, 'readerOf'>;
  readonly panelMail: PanelMail;
  readonly carriers: Carriers;
  /** The base of links, ending in a slash. */
  readonly publicUrl: string;
  /** Whether it is configured, or only where the panel listens. */
  readonly hasPublicUrl: boolean;
}

/** What the page of the choice shows. */
export interface PanelMailPage {
  readonly choice: PanelMailChoice;
  readonly servers: readonly ChoosableServer[];
  /** Whether mails are sent as things are. */
  readonly canSend: boolean;
  /** Why the mail host cannot be reached, if it is chosen. */
  readonly hindrance: Outcome | undefined;
  /** The sender's address if none is typed, for the mail host. */
  readonly localSender: string | undefined;
  readonly links: { readonly base: string; readonly isPublic: boolean };
}

/** How the mails of the panel leave, as an administrator chose. */
export class PanelMailSettings {
  readonly choice = new ChoiceChange();
  readonly #parts: PanelMailSettingsParts;

  constructor(parts: PanelMailSettingsParts) {
    this.#parts = parts;
  }

  async read(): Promise<PanelMailChoice> {
    return await readChoice(this.#parts.db.knex);
  }

  async canSend(): Promise<boolean> {
    return await this.#parts.panelMail.canSend();
  }

  async page(): Promise<PanelMailPage> {
    const { db, carriers, publicUrl: base, hasPublicUrl: isPublic } = this.#parts;
    const choice = await this.read();
    const [hindrance, servers, canSend, localSender] = await Promise.all([
      choice.way === 'mail-host' ? carriers.localHindrance() : undefined,
      choosableServers(db.knex),
      this.canSend(),
      carriers.localSender(),
    ]);
    return {
      choice,
      servers,
      canSend,
      hindrance,
      localSender: localSender?.toString(),
      links: { base, isPublic },
    };
  }

  /** Where a test mail goes unless another address is typed. */
  async addressOf(viewer: Viewer): Promise<string | undefined> {
    return (await this.#parts.panel.readerOf(signedInAccount(viewer)))?.address;
  }

  /**
   * @param seen the `digestOfChoice` of what the form showed; undefined skips the check.
   * @throws {InvalidInputError} for a server that cannot be chosen, or without a sender.
   * @throws {ConflictError} when somebody has changed it since.
   */
  async change(viewer: Viewer, choice: PanelMailChoice, seen?: string): Promise<void> {
    const { changes, carriers } = this.#parts;
    const hasLocalSender = (await carriers.localSender()) !== undefined;
    await changes.carryOut(viewer, this.choice, (tx) => this.choice.read(tx), {
      choice,
      seen,
      hasLocalSender,
    });
  }
}
