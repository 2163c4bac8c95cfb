import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import type { Viewer } from '../../viewing/viewer.js';
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

  async servers(): Promise<readonly ChoosableServer[]> {
    return await choosableServers(this.#parts.db.knex);
  }

  /**
   * @param seen the `digestOfChoice` of what the form showed; undefined skips the check.
   * @throws {InvalidInputError} at `way` for a server that cannot be chosen.
   * @throws {ConflictError} when somebody has changed it since.
   */
  async change(viewer: Viewer, choice: PanelMailChoice, seen?: string): Promise<void> {
    const { changes } = this.#parts;
    await changes.carryOut(viewer, this.choice, (tx) => this.choice.read(tx), { choice, seen });
  }
}
