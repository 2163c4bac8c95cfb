import type { Request, Response } from 'express';
import { type Asked, askedFor } from '../../changes/verb.js';
import { leaveNotice } from '../../web/notices.js';
import { type Some, someOf } from '../../web/some-of.js';
import type { Refusal } from '../../jobs/job.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { List } from '../list.js';
import type { Listing } from '../listing.js';
import { narrowedBy } from '../narrowed-by.js';
import { offeredTo } from '../offered-filters.js';
import { idsInOneField, mostSelected, selectedIds, someSelectionIn, upToIn } from '../selection.js';
import type { Extent, TableQuery } from '../table-query.js';
import { parseTableState, queryIn, tableQuery } from '../table-state.js';
import type { AnyRowsAction, OfferedActions } from './action.js';
import { carryOut, decideAbout } from './decide.js';
import { type ActionPayload, jobKindOf } from './job-kind.js';
import { outcomeNotice } from './outcome-notice.js';
import { type SelectedRows, matchingQuery, mostAtOnce } from './selected-rows.js';
import { actionPath, textsOf } from './texts.js';

interface Parts<Row extends object> {
  readonly pages: Pages;
  readonly list: List<Row>;
  readonly query: TableQuery<Row>;
}

/** What the confirmation says about the rows, and the fields that name them. */
interface Question {
  readonly count: number;
  readonly named?: Some<string>;
  readonly alreadySo?: number;
  readonly refused?: Some<Refusal>;
  /** The search and the filters of rows that are not named, nor decided about yet. */
  readonly narrowedBy?: readonly string[];
  readonly isJob: boolean;
  readonly sent: readonly (readonly [name: string, value: string])[];
}

/**
 * Adds an action's routes. It is confirmed first: the page lists the rows that it affects, and submits exactly those.
 */
export function addActions<Row extends object>(
  routes: RouteTable,
  parts: Parts<Row>,
  offered: OfferedActions,
): void {
  for (const action of offered.actions) {
    const selected = new SelectedAction(parts, offered, action);
    const path = actionPath(parts.list.path, action);
    routes.post(path, action.permission, (req, res) => selected.answer(req, res));
  }
}

/** An action on selected rows: confirmation, then execution. */
class SelectedAction<Row extends object> {
  readonly #parts: Parts<Row>;
  readonly #offered: OfferedActions;
  readonly #action: AnyRowsAction;

  constructor(parts: Parts<Row>, offered: OfferedActions, action: AnyRowsAction) {
    this.#parts = parts;
    this.#offered = offered;
    this.#action = action;
  }

  async answer(req: Request, res: Response): Promise<void> {
    const { list, query } = this.#parts;
    const { parent } = (await list.around?.(req)) ?? {};
    const selection = someSelectionIn(offeredTo(req.viewer, list.table), req.body);
    if (selection === undefined) {
      leaveNotice(req, res, 'table.notice-none-selected');
      res.redirect(303, this.#listAsLeft(req));
      return;
    }
    const bounds = { scope: req.viewer.scope, parent: parent?.id };
    if (
      selection.kind === 'matching' &&
      (await this.#answerForAll(req, res, { ...bounds, state: selection.state }))
    ) {
      return;
    }
    const ids = await selectedIds(query, list.table, bounds, selection);
    await (req.body.confirmed === '1' && selection.kind === 'rows'
      ? this.#carryOut(req, res, ids)
      : this.#ask(req, res, ids));
  }

  /**
   * Answers for all matching rows if they are too many to decide about each before it is confirmed.
   *
   * @returns whether it has answered.
   */
  async #answerForAll(req: Request, res: Response, listing: Listing): Promise<boolean> {
    const { list, query } = this.#parts;
    const upTo = upToIn(req.body);
    const extent = await query.extent(listing, upTo);
    if (upTo !== undefined && req.body.confirmed === '1') {
      const matching = {
        query: matchingQuery(list.table, listing.state),
        parent: listing.parent ?? null,
        upTo: extent.last,
      };
      await this.#start(req, res, { matching }, extent.count);
      return true;
    }
    if (extent.count > mostSelected) {
      this.#askAboutAll(req, res, listing, extent);
      return true;
    }
    return false;
  }

  #askAboutAll(req: Request, res: Response, { state }: Listing, { count, last }: Extent): void {
    const { table } = this.#parts.list;
    this.#show(req, res, {
      count,
      narrowedBy: narrowedBy(offeredTo(req.viewer, table), state, languageOf(req)),
      isJob: true,
      sent: [
        ['matching', '1'],
        ['upTo', String(last)],
      ],
    });
  }

  async #ask(req: Request, res: Response, ids: readonly number[]): Promise<void> {
    const { willChange, alreadySo, refused } = await decideAbout(
      this.#action,
      this.#offered.db.knex,
      await this.#asked(req, ids),
      ids,
    );
    this.#show(req, res, {
      count: willChange.length,
      named: someOf(willChange.map(({ name }) => name)),
      alreadySo: alreadySo.length,
      refused: someOf(refused),
      isJob: willChange.length > mostAtOnce,
      sent: [['ids', idsInOneField(willChange.map(({ id }) => id))]],
    });
  }

  #show(req: Request, res: Response, { count, sent, ...asked }: Question): void {
    const { pages, list } = this.#parts;
    const language = languageOf(req);
    const texts = textsOf(list.table, this.#action);
    pages.show(req, res, 'tables/selected', {
      ...asked,
      count,
      title: language.t(`${texts}.${count === 0 ? 'none' : 'title'}`, { count }),
      section: list.table.key,
      list: this.#listPath(req),
      listTitle: language.t(`${list.table.key}.title`),
      path: req.path,
      query: this.#queryOf(req),
      texts,
      isDestructive: this.#action.isDestructive === true,
      fields: [...sent, ...this.#fieldsOf(req)],
    });
  }

  async #carryOut(req: Request, res: Response, ids: readonly number[]): Promise<void> {
    const { changes } = this.#offered;
    if (ids.length > mostAtOnce) {
      await this.#start(req, res, { ids }, ids.length);
      return;
    }
    const asked = await this.#asked(req, ids);
    const result = await changes.make(req.viewer, (changing) =>
      carryOut(this.#action, changing, asked, ids),
    );
    const texts = textsOf(this.#parts.list.table, this.#action);
    const { key, args } = outcomeNotice(texts, result, languageOf(req));
    leaveNotice(req, res, key, args);
    res.redirect(303, this.#listAsLeft(req));
  }

  async #start(req: Request, res: Response, rows: SelectedRows, total: number): Promise<void> {
    const { jobs } = this.#offered;
    const kind = jobKindOf(this.#offered, this.#action);
    const job = await jobs.start(req.viewer, kind, { ...rows, ...this.#wanted(req) }, total);
    const page = jobs.pageFor(req.viewer, job);
    if (page === undefined) {
      leaveNotice(req, res, 'table.notice-job');
    }
    res.redirect(303, page === undefined ? this.#listAsLeft(req) : req.baseUrl + page);
  }

  async #asked(req: Request, ids: readonly number[]): Promise<Asked<unknown, unknown>> {
    return await askedFor(this.#action.verb, req.viewer, ids, this.#wanted(req).wanted);
  }

  /** @throws {InvalidInputError} */
  #wanted(req: Request): Pick<ActionPayload, 'wanted'> {
    const { form } = this.#action;
    return form === undefined
      ? {}
      : { wanted: form.parse(Object.fromEntries(this.#fieldsOf(req))) };
  }

  /** The submitted fields of the action, which the confirmation submits again. */
  #fieldsOf({ body }: Request): readonly (readonly [name: string, value: string])[] {
    const fields = this.#action.form?.fields ?? [];
    return fields.flatMap((name) => {
      const value: unknown = body[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
  }

  #listAsLeft(req: Request): string {
    return req.baseUrl + this.#listPath(req) + this.#queryOf(req);
  }

  #listPath({ path }: Request): string {
    return path.slice(0, -actionPath('', this.#action).length);
  }

  #queryOf({ body, viewer }: Request): string {
    const table = offeredTo(viewer, this.#parts.list.table);
    const state = parseTableState(table, queryIn(body.query));
    const query = tableQuery(table, state, { place: state.place });
    return query === '?' ? '' : query;
  }
}
