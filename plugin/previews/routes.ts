import type { Request, Response } from 'express';
import { InvalidInputError } from '../errors.js';
import { leaveNotice } from '../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../web/pages.js';
import type { RouteTable } from '../web/route-table.js';
import type { FormValues } from '../web/forms.js';
import type { Language } from '../web/locale.js';
import { actionPath, textsOf } from '../tables/list-action.js';
import type { List, ListParent } from '../tables/list.js';
import { offeredTo } from '../tables/offered-filters.js';
import { type Selection, idsInOneField, someSelectionIn } from '../tables/selection.js';
import { parseTableState, queryIn, tableQuery } from '../tables/table-state.js';
import type { ActionForm, AnyRowsAction, OfferedActions } from './action.js';
import { type PreviewSelection, previewPath } from './preview.js';
import type { Previews } from './previews.js';

interface Parts {
  readonly pages: Pages;
  readonly previews: Previews;
}

/** Adds the routes of a list's actions: each asks what is wanted, if it has a form, and leads to its preview. */
export function addActions<Row extends object>(
  routes: RouteTable,
  parts: Parts,
  list: List<Row>,
  { actions }: OfferedActions,
): void {
  for (const action of actions) {
    const asked = new ActionRequests(parts, list, action);
    routes.post(actionPath(list.path, action), action.permission, (req, res) =>
      asked.answer(req, res),
    );
  }
}

/** Requests for an action on selected rows of a list. */
class ActionRequests<Row extends object> {
  readonly #parts: Parts;
  readonly #list: List<Row>;
  readonly #action: AnyRowsAction;

  constructor(parts: Parts, list: List<Row>, action: AnyRowsAction) {
    this.#parts = parts;
    this.#list = list;
    this.#action = action;
  }

  async answer(req: Request, res: Response): Promise<void> {
    const { parent } = (await this.#list.around?.(req)) ?? {};
    const selection = someSelectionIn(offeredTo(req.viewer, this.#list.table), req.body);
    if (selection === undefined) {
      leaveNotice(req, res, 'table.notice-none-selected');
      res.redirect(303, req.baseUrl + this.#listAsLeft(req));
      return;
    }
    const preview = async (): Promise<void> =>
      await this.#preview(req, res, await this.#selected(req, selection, parent?.id));
    const { form } = this.#action;
    await (form?.page === undefined
      ? preview()
      : this.#answerForm(req, res, form, { selection, parent, preview }));
  }

  /** Shows the form, or the preview once it is filled in. */
  async #answerForm(
    req: Request,
    res: Response,
    form: ActionForm<unknown>,
    { preview, ...of }: Selected & { readonly preview: () => Promise<void> },
  ): Promise<void> {
    if (req.body.typed !== '1') {
      await this.#showForm(req, res, form, { ...of, values: (await form.page?.values(req)) ?? {} });
      return;
    }
    try {
      await preview();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) {
        throw error;
      }
      res.status(error.status);
      await this.#showForm(req, res, form, { ...of, values: await valuesIn(form, req), error });
    }
  }

  async #preview(req: Request, res: Response, selection: PreviewSelection): Promise<void> {
    const { previews } = this.#parts;
    const wanted = await this.#action.form?.parse(this.#typed(req), req.viewer);
    const id = await previews.create(req.viewer, this.#offered, {
      wanted,
      selection,
      list: this.#listAsLeft(req),
    });
    res.redirect(303, req.baseUrl + previewPath(id));
  }

  async #selected(
    req: Request,
    selection: Selection,
    parent: number | undefined,
  ): Promise<PreviewSelection> {
    if (selection.kind === 'rows') {
      return { kind: 'rows', ids: selection.ids.toSorted((one, other) => one - other) };
    }
    const query = tableQuery(this.#list.table, selection.state, {});
    return await this.#parts.previews.matching(req.viewer, this.#offered, { query, parent });
  }

  async #showForm(
    req: Request,
    res: Response,
    { page, fields }: ActionForm<unknown>,
    filled: Selected & { readonly values: FormValues; readonly error?: InvalidInputError },
  ): Promise<void> {
    const { table } = this.#list;
    const { t } = languageOf(req);
    const texts = textsOf(table, this.#action);
    const content: PageContent = {
      title: t(`${texts}.form`),
      section: this.#list.path.split('/').at(1) ?? '',
      list: this.#listAsLeft(req),
      listTitle: titleOf(filled.parent, t(`${table.key}.title`)),
      selected: selectedText(filled.selection, t),
      path: req.path,
      sent: selectionFields(req).filter(([name]) => !fields.includes(name)),
      values: filled.values,
      stored: filled.values,
      errors: filled.error?.fields ?? {},
      ...(await page?.content(req)),
    };
    this.#parts.pages.show(req, res, 'previews/form', { ...content, fields: page?.view });
  }

  get #offered(): { table: List<Row>['table']; action: AnyRowsAction } {
    return { table: this.#list.table, action: this.#action };
  }

  #typed({ body }: Request): Readonly<Record<string, unknown>> {
    const fields = this.#action.form?.fields ?? [];
    return Object.fromEntries(fields.map((name) => [name, body[name]]));
  }

  #listAsLeft({ path, body, viewer }: Request): string {
    const table = offeredTo(viewer, this.#list.table);
    const state = parseTableState(table, queryIn(body.query));
    const query = tableQuery(table, state, { place: state.place });
    return path.slice(0, -actionPath('', this.#action).length) + (query === '?' ? '' : query);
  }
}

/** Selected rows of a list, or of one of the lists of a parent. */
interface Selected {
  readonly selection: Selection;
  readonly parent: ListParent | undefined;
}

function titleOf(parent: ListParent | undefined, title: string): string {
  return parent?.name === undefined ? title : `${parent.name} · ${title}`;
}

function selectedText(selection: Selection, t: Language['t']): string {
  return selection.kind === 'rows'
    ? t('previews.selected-rows', { count: selection.ids.length })
    : t('previews.selected-matching');
}

/** What was typed, or else what the form begins with. */
async function valuesIn(form: ActionForm<unknown>, req: Request): Promise<FormValues> {
  const stored = (await form.page?.values(req)) ?? {};
  const typed = Object.keys(stored).map((name) => {
    const value: unknown = [req.body[name]].flat().at(-1);
    return [name, typeof value === 'string' ? value : ''] as const;
  });
  return Object.fromEntries(typed);
}

/** The fields of the selection, which a form submits again. */
function selectionFields({ body }: Request): readonly (readonly [name: string, value: string])[] {
  const { id, ids, matching, query }: Record<string, unknown> = body;
  const each = [id].flat().filter((one) => typeof one === 'string' && /^\d{1,15}$/.test(one));
  const joined = typeof ids === 'string' ? ids : idsInOneField(each.map(Number));
  return [
    ['query', typeof query === 'string' ? query : ''],
    ...(matching === '1' ? ([['matching', '1']] as const) : ([['ids', joined]] as const)),
  ];
}
