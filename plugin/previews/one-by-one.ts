import type { Changing } from '../changes/changes.js';
import { reasonsOf, refused } from '../changes/decision.js';
import type { Asked } from '../changes/verb.js';
import { storageUnavailable } from '../database/failures.js';
import { AppError, type FieldError, NotFoundError } from '../errors.js';
import { type JobResult, type Refusal, addResults, noResult } from '../jobs/job.js';
import type { AnyRowsAction } from './action.js';
import { type PreviewRow, setOutcome } from './chunk-rows.js';
import { markMoved } from './moved-rows.js';

/** Rows to be decided about again and written, each by itself. */
interface OneByOne {
  readonly action: AnyRowsAction;
  readonly asked: Asked<unknown, unknown>;
  readonly previewId: number;
}

/**
 * Carries out an action on rows one after the other, since a change to one row may affect the next decision; first on
 * those together where it does not. A refusal while a row is written undoes that row alone.
 */
export async function carryOutOneByOne(
  changing: Changing,
  what: OneByOne,
  rows: readonly PreviewRow[],
): Promise<JobResult> {
  const written = await carryOutTogether(changing, what, rows);
  let result: JobResult = { ...noResult, changed: written.size };
  for (const row of rows.filter(({ row_id: id }) => !written.has(id))) {
    result = addResults(result, await carryOutOn(changing, what, row));
  }
  return result;
}

/** Writes those rows in few statements that do not depend on others. @returns their IDs. */
async function carryOutTogether(
  changing: Changing,
  { action, asked }: OneByOne,
  rows: readonly PreviewRow[],
): Promise<ReadonlySet<number>> {
  const { verb } = action;
  if (verb.together === undefined || rows.length < 2) {
    return new Set();
  }
  const { together } = verb;
  const versions = new Map(rows.map(({ row_id: id, version }) => [id, version]));
  const attempted = changing.part(async (part) => {
    const subjects = (await verb.read(part.tx, asked, [...versions.keys()])).filter(
      (subject) => action.versionOf(subject) === versions.get(action.idOf(subject)),
    );
    const decided = subjects.flatMap((subject) => {
      const decision = verb.decide(asked.viewer, subject, asked.wanted);
      return decision.kind === 'will-change' && together.isIndependent(decision.change)
        ? [{ id: action.idOf(subject), decision }]
        : [];
    });
    await together.write(
      part,
      decided.map(({ decision }) => decision),
    );
    return new Set(decided.map(({ id }) => id));
  });
  return await attempted.catch((error: unknown) => {
    refusalFrom(error);
    return new Set<number>();
  });
}

async function carryOutOn(
  changing: Changing,
  { action, asked, previewId }: OneByOne,
  row: PreviewRow,
): Promise<JobResult> {
  const became = await changing
    .part((part) => attempt(part, action, asked, row))
    .catch((error: unknown) => refusalFrom(error));
  if (typeof became === 'object' && 'left' in became) {
    return await changedWithout(changing, previewId, row, became.left);
  }
  if (became === 'meanwhile') {
    const { scope } = asked.viewer;
    await markMoved(changing.tx, { previewId, scope }, [row]);
    return { ...noResult, moved: 1 };
  }
  if (became === 'already-so') {
    await setOutcome(changing.tx, previewId, row.row_id, { outcome: became });
    return { ...noResult, unchanged: 1 };
  }
  const reasons = reasonsOf(refused(became));
  await setOutcome(changing.tx, previewId, row.row_id, {
    outcome: 'not-allowed',
    detail: { reasons },
  });
  return { ...noResult, refused: 1, refusals: [refusalOf(row.name, reasons, became)] };
}

/** @param left what the change left out. */
async function changedWithout(
  { tx }: Changing,
  previewId: number,
  { row_id: id, name }: PreviewRow,
  reasons: readonly FieldError[],
): Promise<JobResult> {
  if (reasons.length === 0) {
    return { ...noResult, changed: 1 };
  }
  await setOutcome(tx, previewId, id, { outcome: 'changed', detail: { reasons } });
  return { ...noResult, changed: 1, left: reasons.map((each) => ({ subject: name, ...each })) };
}

/** What the change left out, or why there was none. */
type Became = { readonly left: readonly FieldError[] } | 'already-so' | 'meanwhile' | AppError;

async function attempt(
  part: Changing,
  action: AnyRowsAction,
  asked: Asked<unknown, unknown>,
  { row_id: id, version }: PreviewRow,
): Promise<Became> {
  const [subject] = await action.verb.read(part.tx, asked, [id]);
  if (subject === undefined || action.versionOf(subject) !== version) {
    return 'meanwhile';
  }
  const decision = action.verb.decide(asked.viewer, subject, asked.wanted);
  if (decision.kind === 'refused') {
    return decision.because;
  }
  if (decision.kind === 'already-so') {
    return 'already-so';
  }
  const result = await action.verb.write(part, decision);
  return { left: action.leftOf?.(result) ?? [] };
}

/** @throws {unknown} any error that is not a refusal. */
function refusalFrom(error: unknown): Became {
  if (error instanceof NotFoundError) {
    return 'meanwhile';
  }
  if (!(error instanceof AppError) || storageUnavailable(error) !== undefined) {
    throw error;
  }
  return error;
}

/** The first reason of a refusal with the name of its row. */
export function refusalOf(
  subject: string,
  [first]: readonly FieldError[],
  because?: FieldError,
): Refusal {
  const { key, args } = first ?? because ?? { key: '' };
  return { subject, key, ...(args !== undefined && { args }) };
}
