import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import { engineOf } from '../../database/engine.js';
import { ConflictError, type FieldError, InvalidInputError } from '../../errors.js';
import { heldPlan } from '../../panel/directory/effective-plans.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { WantedSettings } from './mail-settings.js';
import {
  type DomainSubject,
  type SettingsChange as Change,
  type SettingsFacts,
  decideSettings,
  forwardLoop,
  isNewRelay,
  isNewTarget,
  limitRefusal,
  targetOf,
} from './settings-decision.js';
import { changedColumns } from './store.js';
import { type FactsParts, SettingsFactsLoader } from './settings-facts.js';
import { ownersIn } from '../../viewing/scope.js';

/** Changes mail settings of one domain, or of many in one transaction. */
export class SettingsChange {
  readonly #parts: FactsParts;
  readonly #facts: SettingsFactsLoader;

  constructor(parts: FactsParts) {
    this.#parts = parts;
    this.#facts = new SettingsFactsLoader(parts);
  }

  /** Loads what decisions about these domains depend on. Not in a transaction, since it may query the DNS. */
  async load(
    viewer: Viewer,
    rows: readonly DomainRow[],
    wanted: WantedSettings,
  ): Promise<SettingsFacts> {
    return await this.#facts.load(viewer, rows, wanted);
  }

  decide(viewer: Viewer, subject: DomainSubject, wanted: WantedSettings): Decision<Change> {
    return decideSettings(viewer, subject, wanted);
  }

  /**
   * @throws {ConflictError} when somebody else has changed the settings since the decision.
   * @throws {InvalidInputError} when something that the settings name no longer exists, or mail would loop.
   */
  async write(changing: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    const { row, after, changed, version, kept } = change;
    const { tx, record, touch } = changing;
    const isChanged = kind === 'will-change';
    const next = version + Number(isChanged);
    if (!(await this.#parts.store.replace(tx, { id: row.id, version, next }, after, kept))) {
      throw new ConflictError('domain-mail.errors.changed-meanwhile', {
        domain: row.utf8_name ?? row.name,
      });
    }
    await holdLimit(tx, change);
    await this.#holdRelay(tx, change);
    await this.#holdForwardTarget(tx, change);
    if (isChanged) {
      await record({
        action: 'domain-mail.changed',
        subject: row.name,
        ...ownersIn(row),
        domain: row.name,
        before: changed.before,
        after: { ...changed.after, version: next },
      });
    }
    await touch([row.id]);
  }

  /**
   * The same for all rows of a query that had the same settings as this one.
   *
   * @throws {InvalidInputError} when something that the settings name no longer exists, or mail would loop.
   */
  async writeAlike(
    changing: Changing,
    { change }: Agreed<Change>,
    rows: Knex.QueryBuilder,
  ): Promise<void> {
    const { tx, recordAlike, touchRows } = changing;
    const { row, after, changed, wanted, kept } = change;
    await holdLimit(tx, change);
    await this.#holdRelay(tx, change);
    const among = (query: Knex.QueryBuilder): Knex.QueryBuilder => {
      engineOf(tx).whereInRows(query, 'domains.id', rows.clone());
      return query;
    };
    const columns = {
      ...changedColumns(row, wanted, after, kept),
      version: tx.raw('version + 1'),
      changed_at: Date.now(),
    };
    await among(tx('domains')).update(columns);
    await this.#holdSharedTarget(tx, change);
    await recordAlike({
      action: 'domain-mail.changed',
      rows: among(tx('domains')),
      subject: 'domains.name',
      folded: 'domains.sort_name',
      ownerId: 'domains.owner_id',
      resellerId: 'domains.reseller_id',
      domain: 'domains.name',
      before: changed.before,
      after: changed.after,
      version: 'domains.version',
    });
    await touchRows(rows, Object.keys(columns));
  }

  /** Two of them that forward to each other would show in every way to the target, so that one stands for all. */
  async #holdSharedTarget(tx: Knex.Transaction, change: Change): Promise<void> {
    const target = change.after.enabled ? targetOf(change.after.unknown) : undefined;
    if (target === undefined) {
      return;
    }
    const { recipients } = this.#parts;
    const loops = await recipients.loopsTo(target.address, tx);
    const refusal =
      (await recipients.targetRefusal(change.viewer.scope, target.address, tx)) ??
      (loops(change.row.name) ? forwardLoop : undefined);
    if (refusal !== undefined) {
      throw new InvalidInputError({ [target.field]: refusal });
    }
  }

  async #holdRelay(tx: Knex.Transaction, { row, after: { relayId } }: Change): Promise<void> {
    const refusal = isNewRelay(row, relayId)
      ? await this.#parts.relays.hold(tx, row.owner_id, relayId)
      : undefined;
    if (refusal !== undefined) {
      throw new InvalidInputError({ relay: refusal });
    }
  }

  /** Checks and locks the target after writing, so that the domain's new settings count. */
  async #holdForwardTarget(tx: Knex.Transaction, change: Change): Promise<void> {
    const target = change.after.enabled ? targetOf(change.after.unknown) : undefined;
    if (target === undefined) {
      return;
    }
    const { scope } = change.viewer;
    const refusal =
      (isNewTarget(change)
        ? await this.#parts.recipients.targetRefusal(scope, target.address, tx)
        : undefined) ?? (await this.#loopRefusal(tx, change.row.name));
    if (refusal !== undefined) {
      throw new InvalidInputError({ [target.field]: refusal });
    }
  }

  /** Two domains that forward unknown recipients to each other would loop for ever. */
  async #loopRefusal(tx: Knex.Transaction, domain: string): Promise<FieldError | undefined> {
    return (await this.#parts.recipients.goesRound(tx, `${randomUUID()}@${domain}`))
      ? forwardLoop
      : undefined;
  }
}

/** The plan may have changed since the decision. @throws {InvalidInputError} */
async function holdLimit(
  tx: Knex.Transaction,
  { viewer, row, after, wanted }: Change,
): Promise<void> {
  if (wanted.limitPerHour === undefined) {
    return;
  }
  const refusal = limitRefusal(viewer, row, after, await heldPlan(tx, row.owner_id));
  if (refusal !== undefined) {
    throw new InvalidInputError({ limitPerHour: refusal });
  }
}
