import type { Request, Response } from 'express';
import type { Database } from '../../database/database.js';
import { InvalidInputError } from '../../errors.js';
import type { Jobs } from '../../jobs/jobs.js';
import type { Preview } from '../../previews/preview.js';
import { parseJson } from '../../web/forms.js';
import { idempotencyKeyIn } from '../../web/idempotency.js';
import { idIn } from '../../web/ids.js';
import { longTextOf } from '../../web/json-body.js';
import type { RouteTable } from '../../web/route-table.js';
import { jobAnswer, outcomesAnswer, planAnswer } from './bulk-answers.js';
import {
  type BulkAction,
  type BulkRequest,
  bulkForm,
  longestValue,
  outcomePage,
  pageIn,
  planPage,
} from './bulk-form.js';
import {
  bulkOperation,
  jobOperation,
  outcomesOperation,
  planOperation,
} from './bulk-operations.js';
import { planRows, rowsWithOutcomes } from './bulk-rows.js';
import type { Bulk } from './bulk.js';

export interface BulkAnswering {
  readonly db: Database;
  readonly bulk: Bulk;
  readonly jobs: Jobs;
}

/** Actions on many rows in the API for programs. */
export function addBulkApi(routes: RouteTable, parts: BulkAnswering): void {
  const { db, bulk } = parts;
  routes.api(bulkOperation, (req, res) => answerRequest(parts, req, res), {
    longFields: new Map(),
    first: (req) => bulk.count(req.viewer),
    charge: (req, requests) => bulk.charge(req.viewer, requests),
  });
  routes.api(planOperation, async (req, res) => {
    await bulk.count(req.viewer);
    await answerPlan(parts, req, res, await bulk.plan(req.viewer, idIn(req)));
  });
  routes.api(jobOperation, async (req, res) => {
    await showJob(parts, req, res, idIn(req));
  });
  routes.api(outcomesOperation, async (req, res) => {
    const page = pageIn(outcomePage, req.query);
    const preview = await bulk.ofJob(req.viewer, idIn(req));
    const found = await rowsWithOutcomes(db.knex, preview.id, page);
    res.json(
      outcomesAnswer(preview, found, pathOfNext(`${jobPath(req, idIn(req))}/outcomes`, page)),
    );
  });
}

async function answerRequest(parts: BulkAnswering, req: Request, res: Response): Promise<void> {
  const { bulk } = parts;
  const key = idempotencyKeyIn(req.get('idempotency-key'));
  const form = parseJson(bulkForm, req.body);
  assertShort(req, form);
  if (isAction(form) && form.dry_run === true) {
    await answerPlan(parts, req, res, await bulk.preview(req.viewer, form, key));
    return;
  }
  const id = isAction(form)
    ? await bulk.carryOut(req.viewer, form, key)
    : await bulk.applyUnder(req.viewer, { ...form, preview: form.preview ?? 0 }, key);
  await answerStarted(parts, req, res, id);
}

/** Answers with a job that has just been started. */
export async function answerStarted(
  parts: BulkAnswering,
  req: Request,
  res: Response,
  id: number,
): Promise<void> {
  res.status(202).location(jobPath(req, id));
  await showJob(parts, req, res, id);
}

function isAction(form: BulkRequest): form is BulkAction {
  return form.action !== undefined;
}

/** A placeholder stands for a longer text. @throws {InvalidInputError} */
function assertShort(req: Request, { set = {} }: BulkRequest): void {
  const refusal = { key: 'errors.field.string.max', args: { count: longestValue } };
  const long = Object.entries(set).filter(
    ([, value]) => value.length > longestValue || longTextOf(req, value) !== undefined,
  );
  if (long.length > 0) {
    throw new InvalidInputError(
      Object.fromEntries(long.map(([name]) => [`set/${name}`, refusal] as const)),
    );
  }
}

/** With the first rows, or those that the query asks for. */
export async function answerPlan(
  { db }: BulkAnswering,
  req: Request,
  res: Response,
  preview: Preview,
): Promise<void> {
  const page = pageIn(planPage, req.method === 'GET' ? req.query : {});
  const found = await planRows(db.knex, preview.id, page);
  const path = pathOfNext(`${req.baseUrl}/api/v1/bulk/${preview.id}`, page);
  res.json(planAnswer(preview, found, path));
}

async function showJob(
  { bulk, jobs }: BulkAnswering,
  req: Request,
  res: Response,
  id: number,
): Promise<void> {
  const preview = await bulk.ofJob(req.viewer, id);
  const job = await jobs.find({ ...req.viewer, scope: { kind: 'all' } }, id);
  res.json(jobAnswer(job, preview, `${jobPath(req, id)}/outcomes`));
}

function jobPath({ baseUrl }: Request, id: number): string {
  return `${baseUrl}/api/v1/jobs/${id}`;
}

/** Less the ID that the next rows follow. */
function pathOfNext(path: string, { limit, only }: ReturnType<typeof pageIn>): string {
  const query = new URLSearchParams({ limit: String(limit), ...(only !== undefined && { only }) });
  return `${path}?${query}&after=`;
}
