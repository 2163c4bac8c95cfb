import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import type { Actor } from '../../viewing/actor.js';
import { type LinkRow, linkOf } from './sign-in-links.js';

/** Uses up a one-time sign-in link; `undefined` is a link that was used or has expired. */
export class LinkRedemption implements Verb<
  LinkRow | undefined,
  undefined,
  LinkRow,
  number,
  Actor
> {
  async read(tx: Knex.Transaction, token: string): Promise<LinkRow | undefined> {
    return await linkOf(tx, token).forUpdate().first();
  }

  decide(_by: Actor, link: LinkRow | undefined): Decision<LinkRow> {
    return link === undefined ? refused(new NotFoundError()) : willChange(link);
  }

  /** @returns the ID of the account that it signs in. */
  async write({ tx }: Changing, { change: link }: Agreed<LinkRow>): Promise<number> {
    await tx('sign_in_links').where({ token_hash: link.token_hash }).delete();
    return link.account_id;
  }
}
