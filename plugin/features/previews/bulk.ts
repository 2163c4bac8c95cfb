import { isDuplicate } from '../../database/failures.js';
import type { Database } from '../../database/database.js';
import {
  ConflictError,
  type FieldErrors,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
} from '../../errors.js';
import type { Panel } from '../../panel/panel.js';
import { type OfferedAction, keyOf } from '../../previews/action.js';
import type { Preview, PreviewSelection } from '../../previews/preview.js';
import type { Previews } from '../../previews/previews.js';
import type { RequestKey } from '../../previews/store.js';
import { conditionsIn } from '../../tables/conditions.js';
import { FilterRefusals } from '../../tables/filter-refusals.js';
import { offeredTo } from '../../tables/offered-filters.js';
import { parseTableState, tableQuery } from '../../tables/table-state.js';
import type { Viewer } from '../../viewing/viewer.js';
import { KeyReusedError } from '../../web/idempotency.js';
import type { RateLimits } from '../../web/rate-limits.js';
import { type BulkAction, type BulkRequest, fingerprintOf } from './bulk-form.js';

interface BulkParts {
  readonly db: Database;
  readonly previews: Previews;
  readonly limits: RateLimits;
  readonly panel: Pick<Panel, 'viewerOf'>;
}

const requestsPerAccount = { name: 'bulk', most: 120, windowMs: 60_000 };

/** Actions on many rows for programs: the same previews, decisions and jobs as on pages. */
export class Bulk {
  readonly #parts: BulkParts;

  constructor(parts: BulkParts) {
    this.#parts = parts;
  }

  /** Counts one more request, whatever its result. @throws {TooManyRequestsError} */
  async count({ accountId }: Viewer): Promise<void> {
    await this.#parts.limits.use(requestsPerAccount, String(accountId));
  }

  async charge({ accountId }: Viewer, requests: number): Promise<void> {
    await this.#parts.limits.charge(requestsPerAccount, String(accountId), requests);
  }

  /**
   * A preview of an action. The same request under the same key is the same preview.
   *
   * @throws {ForbiddenError} when the token lacks the action's scope.
   * @throws {InvalidInputError} @throws {KeyReusedError}
   */
  async preview(viewer: Viewer, form: BulkAction, key?: string): Promise<Preview> {
    const offered = await this.#offered(viewer, form.action);
    const under = requestKey(form, key);
    const id = await this.under(viewer, under, () =>
      this.#create(viewer, offered, { form, under }),
    );
    return await this.#parts.previews.show(viewer, id);
  }

  /** After deciding about some more of its rows. @throws {NotFoundError} */
  async plan(viewer: Viewer, id: number): Promise<Preview> {
    await this.#found(viewer, id);
    return await this.#parts.previews.show(viewer, id);
  }

  /**
   * Applies a preview as a job; one that is applied gives its job again.
   *
   * @param rows how many it has, if the job is to decide about them.
   * @returns the job's ID.
   * @throws {NotFoundError} @throws {ConflictError} when it cannot be applied any more.
   */
  async apply(viewer: Viewer, id: number, rows?: number): Promise<number> {
    const { previews } = this.#parts;
    const { appliedAt, jobId } = await this.#found(viewer, id);
    try {
      return appliedAt === undefined ? await previews.start(viewer, id, rows) : required(jobId);
    } catch (error) {
      // Another request may just have applied it.
      const { jobId: started } = await previews.find(viewer, id);
      if (error instanceof ConflictError && started !== undefined) {
        return started;
      }
      throw error;
    }
  }

  /** The same for a program's request, whose key stands for it from then on. @throws {KeyReusedError} */
  async applyUnder(
    viewer: Viewer,
    form: BulkRequest & { readonly preview: number },
    key?: string,
  ): Promise<number> {
    await this.#found(viewer, form.preview);
    const under = requestKey(form, key);
    if (under !== undefined && (await this.#known(viewer, under)) === undefined) {
      await this.#once(viewer, under, async () => {
        await this.#parts.previews.store.addKey(viewer, under, form.preview);
        return form.preview;
      });
    }
    return await this.apply(viewer, form.preview);
  }

  /** Decides about all rows first. */
  async carryOut(viewer: Viewer, form: BulkAction, key?: string): Promise<number> {
    const { id } = await this.preview(viewer, form, key);
    await this.#parts.previews.whole(viewer, id);
    return await this.apply(viewer, id);
  }

  /** The preview that a job applies. @throws {NotFoundError} */
  async ofJob(viewer: Viewer, jobId: number): Promise<Preview> {
    const preview = await this.#parts.previews.store.ofJob(viewer, jobId);
    return await this.#found(viewer, preview?.id ?? 0);
  }

  /** @throws {NotFoundError} @throws {ForbiddenError} */
  async #found(viewer: Viewer, id: number): Promise<Preview> {
    const { previews } = this.#parts;
    const preview = await previews.find(viewer, id);
    const offered = await previews.offered.openToPrograms(preview);
    if (offered === undefined) {
      throw new NotFoundError();
    }
    assertInScope(viewer, offered);
    return preview;
  }

  /**
   * The preview that a request's key stands for, or else one that is made now.
   *
   * @returns its ID.
   * @throws {KeyReusedError}
   */
  async under(
    viewer: Viewer,
    key: RequestKey | undefined,
    make: () => Promise<number>,
  ): Promise<number> {
    return (await this.#known(viewer, key)) ?? (await this.#once(viewer, key, make));
  }

  async #offered(viewer: Viewer, key: string): Promise<OfferedAction> {
    const offered = await this.#parts.previews.offered.named(key);
    if (offered === undefined) {
      const all = await this.#parts.previews.offered.onLists();
      const actions = all.map(keyOf).toSorted().join(', ');
      throw new InvalidInputError({ action: { key: 'previews.errors.action', args: { actions } } });
    }
    assertInScope(viewer, offered);
    return offered;
  }

  async #known(viewer: Viewer, under: RequestKey | undefined): Promise<number | undefined> {
    const known = under && (await this.#parts.previews.store.underKey(viewer, under.key));
    if (known !== undefined && known.fingerprint !== under?.fingerprint) {
      throw new KeyReusedError();
    }
    return known?.previewId;
  }

  async #create(
    viewer: Viewer,
    offered: OfferedAction,
    { form, under }: { readonly form: BulkAction; readonly under: RequestKey | undefined },
  ): Promise<number> {
    const { selection, query } = await this.#selected(viewer, offered, form);
    const wanted = await wantedOf(viewer, offered, form);
    const list = `${offered.path ?? `/${offered.table.key}`}${query === '?' ? '' : query}`;
    const asking = { wanted, selection, list, under };
    return await this.#parts.previews.create(viewer, offered, asking);
  }

  /** Another request with the key may have been faster. */
  async #once(
    viewer: Viewer,
    under: RequestKey | undefined,
    store: () => Promise<number>,
  ): Promise<number> {
    try {
      return await store();
    } catch (error) {
      const known = isDuplicate(error) ? await this.#known(viewer, under) : undefined;
      if (known === undefined) {
        throw error;
      }
      return known;
    }
  }

  async #selected(
    viewer: Viewer,
    offered: OfferedAction,
    { where, ids }: BulkAction,
  ): Promise<{ readonly selection: PreviewSelection; readonly query: string }> {
    if (where === undefined) {
      const selected = (ids ?? []).toSorted((one, other) => one - other);
      return { selection: { kind: 'rows', ids: selected }, query: '?' };
    }
    // Which filters there are depends on the account, not on the token: they change nothing.
    const account = await this.#parts.panel.viewerOf(viewer);
    const table = offeredTo(account ?? viewer, offered.table, 'every');
    const { filters, places, wrong } = conditionsIn(table, where);
    const refusals = await new FilterRefusals(this.#parts.db, table).of(viewer.scope, filters);
    const errors: FieldErrors = {
      ...Object.fromEntries(
        wrong.map(({ place, takes }) => [
          `where/${place}`,
          { key: 'previews.errors.condition', args: { takes } },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(refusals).map(([key, refusal]) => [`where/${places.get(key)}`, refusal]),
      ),
    };
    if (Object.keys(errors).length > 0) {
      throw new InvalidInputError(errors);
    }
    const query = tableQuery(table, { ...parseTableState(table, {}), filters }, {});
    const selection = await this.#parts.previews.matching(viewer, offered, {
      query,
      parent: 'every',
    });
    return { selection, query };
  }
}

function required(jobId: number | undefined): number {
  if (jobId === undefined) {
    throw new ConflictError('previews.errors.applied');
  }
  return jobId;
}

function requestKey(form: BulkRequest, key: string | undefined): RequestKey | undefined {
  return key === undefined ? undefined : { key, fingerprint: fingerprintOf(form) };
}

/** @throws {ForbiddenError} */
function assertInScope({ permissions }: Viewer, { action }: OfferedAction): void {
  if (!permissions.has(action.permission)) {
    throw new ForbiddenError('errors.not-in-scope', { scope: action.permission });
  }
}

/** @throws {InvalidInputError} at the fields in `set`. */
async function wantedOf(
  viewer: Viewer,
  { action: { form } }: OfferedAction,
  { set = {} }: BulkAction,
): Promise<Preview['wanted']> {
  const fields = form?.fields ?? [];
  const unknown = Object.keys(set).filter((name) => !fields.includes(name));
  if (unknown.length > 0) {
    const refusal = { key: 'previews.errors.field', args: { fields: fields.join(', ') || '–' } };
    throw inSet(Object.fromEntries(unknown.slice(0, 10).map((name) => [name, refusal])));
  }
  try {
    return await form?.parse(set, viewer);
  } catch (error) {
    throw error instanceof InvalidInputError ? inSet(error.fields) : error;
  }
}

function inSet(fields: FieldErrors): InvalidInputError {
  return new InvalidInputError(
    Object.fromEntries(Object.entries(fields).map(([name, error]) => [`set/${name}`, error])),
  );
}
