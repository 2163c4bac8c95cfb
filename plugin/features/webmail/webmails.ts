import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { NotFoundError } from '../../errors.js';
import type { Webmail } from '../../panel/directory/webmail.js';
import type { Picture } from '../../pictures/picture.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { WebmailForm } from './forms.js';
import type { RemovedWebmail, WebmailRemoval } from './removal.js';
import { WebmailChange } from './webmail-change.js';
import { WebmailCreation, type WebmailStores } from './webmail-creation.js';

interface WebmailsParts extends WebmailStores {
  readonly db: Database;
  readonly changes: Changes;
  readonly removal: WebmailRemoval;
}

/** An application as its page shows it. */
export interface WebmailPage {
  readonly webmail: Webmail;
  readonly picture: Picture | undefined;
}

/** The webmail applications of the installation. */
export class Webmails {
  readonly creation: WebmailCreation;
  readonly fields: WebmailChange;

  readonly #parts: WebmailsParts;

  constructor(parts: WebmailsParts) {
    this.#parts = parts;
    this.creation = new WebmailCreation(parts);
    this.fields = new WebmailChange(parts);
  }

  async list(): Promise<readonly Webmail[]> {
    return await this.#parts.store.list();
  }

  /** @throws {NotFoundError} */
  async page(id: number): Promise<WebmailPage> {
    const webmail = (await this.list()).find((each) => each.id === id);
    if (webmail === undefined) {
      throw new NotFoundError();
    }
    return { webmail, picture: await this.#parts.pictures.of(id) };
  }

  /** @throws {InvalidInputError} when another one has the name. */
  async create(viewer: Viewer, form: WebmailForm, picture?: Picture): Promise<Webmail> {
    const { changes } = this.#parts;
    const wanted = { form, picture };
    return await changes.carryOut(
      viewer,
      this.creation,
      (tx) => this.creation.read(tx, form),
      wanted,
    );
  }

  /**
   * @throws {NotFoundError}
   * @throws {InvalidInputError} when another one has the name.
   * @throws {ConflictError} when somebody has changed it since `form.version`.
   */
  async change(viewer: Viewer, id: number, form: WebmailForm, picture?: Picture): Promise<Webmail> {
    const { changes } = this.#parts;
    const wanted = { form, picture };
    return await changes.carryOut(viewer, this.fields, (tx) => this.fields.read(tx, id), wanted);
  }

  /** What a removal affects. @throws {NotFoundError} */
  async removalOf(viewer: Viewer, id: number): Promise<RemovedWebmail> {
    const { db, removal } = this.#parts;
    const asked = { viewer, wanted: undefined, facts: undefined };
    const [subject] = await removal.read(db.knex, asked, [id]);
    if (subject === undefined) {
      throw new NotFoundError();
    }
    return subject;
  }

  /** @throws {NotFoundError} */
  async remove(viewer: Viewer, id: number): Promise<Webmail> {
    const { changes, removal } = this.#parts;
    return await changes.carryOutOn(viewer, removal, id, undefined);
  }
}
