import type { Request, Response } from 'express';
import { type Asked, askedFor } from '../../changes/verb.js';
import { leaveNotice } from '../../web/notices.js';
import { someOf } from '../../web/some-of.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { List } from '../list.js';
import { offeredTo } from '../offered-filters.js';
import { idsInOneField, selectedIds, someSelectionIn } from '../selection.js';
import type { TableQuery } from '../table-query.js';
import { parseTableState, queryIn, tableQuery } from '../table-state.js';
import type { AnyRowsAction, OfferedActions } from './action.js';
import { carryOut, decideAbout } from './decide.js';
import { type ActionPayload, jobKindOf, mostAtOnce } from './job-kind.js';
import { outcomeNotice } from './outcome-notice.js';
import { actionPath, textsOf } from './texts.js';

interface Parts<Row extends object> {
  readonly pages: Pages;
  readonly list: List<Row>;
  readonly query: TableQuery<Row>;
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
    const selected = new SelectedRows(parts, offered, action);
    const path = actionPath(parts.list.path, action);
    routes.post(path, action.permission, (req, res) => selected.answer(req, res));
  }
}

/** An action on selected rows: confirmation, then execution. */
class SelectedRows<Row extends object> {
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
    const ids = await selectedIds(query, list.table, bounds, selection);
    await (req.body.confirmed === '1' && selection.kind === 'rows'
      ? this.#carryOut(req, res, ids)
      : this.#ask(req, res, ids));
  }

  async #ask(req: Request, res: Response, ids: readonly number[]): Promise<void> {
    const { pages, list } = this.#parts;
    const language = languageOf(req);
    const texts = textsOf(list.table, this.#action);
    const { willChange, alreadySo, refused } = await decideAbout(
      this.#action,
      this.#offered.db.knex,
      await this.#asked(req, ids),
      ids,
    );
    const count = willChange.length;
    pages.show(req, res, 'tables/selected', {
      title: language.t(`${texts}.${count === 0 ? 'none' : 'title'}`, { count }),
      section: list.table.key,
      list: this.#listPath(req),
      listTitle: language.t(`${list.table.key}.title`),
      path: req.path,
      query: this.#queryOf(req),
      texts,
      isDestructive: this.#action.isDestructive === true,
      willChange: someOf(willChange.map(({ name }) => name)),
      alreadySo: alreadySo.length,
      refused: someOf(refused),
      isJob: count > mostAtOnce,
      ids: idsInOneField(willChange.map(({ id }) => id)),
      fields: this.#fieldsOf(req),
    });
  }

  async #carryOut(req: Request, res: Response, ids: readonly number[]): Promise<void> {
    const { changes, jobs } = this.#offered;
    if (ids.length > mostAtOnce) {
      const kind = jobKindOf(this.#parts.list.table, this.#action);
      const payload = { ids, ...this.#wanted(req) };
      const job = await jobs.start(req.viewer, kind, payload, ids.length);
      const page = jobs.pageFor(req.viewer, job);
      if (page === undefined) {
        leaveNotice(req, res, 'table.notice-job');
      }
      res.redirect(303, page === undefined ? this.#listAsLeft(req) : req.baseUrl + page);
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
