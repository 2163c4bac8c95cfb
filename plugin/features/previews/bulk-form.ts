import { createHash } from 'node:crypto';
import type { CustomHelpers, ErrorReport } from 'joi';
import { mostSelected } from '../../tables/selection.js';
import { parseForm, refusing } from '../../web/forms.js';
import { Joi } from '../../web/lengths-first.js';
import { kinds, outcomes } from '../../previews/preview.js';

/** What a program asks for: the preview of an action on rows, the action itself, or the application of a preview. */
export interface BulkRequest {
  readonly action?: string;
  readonly where?: readonly string[];
  readonly ids?: readonly number[];
  readonly set?: Readonly<Record<string, string>>;
  readonly dry_run?: boolean;
  readonly preview?: number;
}

/** An action on rows, of which some are chosen. */
export type BulkAction = BulkRequest & { readonly action: string };

/** Longer ones are no text of a setting. */
export const longestValue = 16_000;

export const bulkForm = Joi.object<BulkRequest>({
  action: Joi.string()
    .max(100)
    .description(
      'What to do, on which list, such as domains.settings: the first part is the list.',
    ),
  where: Joi.array()
    .items(Joi.string().max(400))
    .min(1)
    .max(30)
    .description(
      'Conditions that all must hold, as in `--where` of the command line: owner=dupont, policy=bounce, ' +
        'created>=2026-11-01. Rows that are added after the preview are not among them.',
    ),
  ids: Joi.array()
    .items(Joi.number().integer().min(1))
    .min(1)
    .max(mostSelected)
    .unique()
    .description('The IDs of the rows, instead of conditions.'),
  set: Joi.object()
    .unknown(true)
    .description(
      'The fields of the action’s form, each a text; a field that is left out stays as it is.',
    ),
  dry_run: Joi.boolean().description('Only previews it; the answer has the ID that applies it.'),
  preview: Joi.number()
    .integer()
    .min(1)
    .description('Applies this preview, for 30 minutes, to exactly its rows. Goes alone.'),
})
  .custom(complete)
  .description('Either an action on rows, by conditions or by IDs, or a preview to apply.');

function complete(
  form: BulkRequest,
  helpers: CustomHelpers<BulkRequest>,
): BulkRequest | ErrorReport {
  const { preview, action, where, ids, dry_run: isDry = false, set = {} } = form;
  const isWhole =
    preview === undefined
      ? action !== undefined && (where === undefined) !== (ids === undefined)
      : [action, where, ids, form.set].every((each) => each === undefined) && !isDry;
  if (!isWhole) {
    return refusing(helpers, 'previews.errors.request');
  }
  return Object.values(set).every((value) => typeof value === 'string')
    ? form
    : refusing(helpers, 'previews.errors.set');
}

/** Equal for equal requests, in whatever order their fields come. */
export function fingerprintOf({ set = {}, ...form }: BulkRequest): string {
  const { action, where, ids, dry_run: isDry = false, preview } = form;
  const fields = Object.entries(set).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const content = [action, where, ids, isDry, preview, fields].map((each) => each ?? null);
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** A page of rows: those behind an ID. */
export interface RowsPage {
  readonly after: number;
  readonly limit: number;
  readonly only?: string;
}

const page = { after: Joi.number().integer().min(0).default(0), limit: Joi.number() };
const limit = Joi.number().integer().min(1).max(1000).default(100);

export const planPage = Joi.object<RowsPage>({ ...page, limit, only: Joi.valid(...kinds) });

export const outcomePage = Joi.object<RowsPage>({ ...page, limit, only: Joi.valid(...outcomes) });

/** @throws {InvalidInputError} */
export function pageIn(form: typeof planPage, query: unknown): RowsPage {
  return parseForm(form, query);
}
