import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import type { Picture } from '../../pictures/picture.js';

interface PictureRow extends Picture {
  readonly webmail_id: number;
}

/** The pictures of applications, instead of their icons. */
export class WebmailPictures {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async of(webmailId: number): Promise<Picture | undefined> {
    const row = await rows(this.#db.knex).where({ webmail_id: webmailId }).first();
    return row && { type: row.type, content: row.content, width: row.width, height: row.height };
  }

  async put(tx: Knex, webmailId: number, picture: Picture): Promise<void> {
    const { type, content, width, height } = picture;
    await rows(tx)
      .insert({ webmail_id: webmailId, type, content, width, height })
      .onConflict('webmail_id')
      .merge();
  }

  /** @returns whether there was one. */
  async remove(tx: Knex, webmailId: number): Promise<boolean> {
    return (await rows(tx).where({ webmail_id: webmailId }).delete()) > 0;
  }
}

function rows(db: Knex): Knex.QueryBuilder<PictureRow, PictureRow[]> {
  return db<PictureRow>('webmail_pictures');
}
