import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, reasonsOf, refused } from '../../changes/decision.js';
import type { Asked } from '../../changes/verb.js';
import { storageUnavailable } from '../../database/failures.js';
import { AppError, type FieldError, NotFoundError } from '../../errors.js';
import { type JobResult, type Refusal, addResults, noResult } from '../../jobs/job.js';
import type { RowsAction } from './action.js';

/** An action's decisions about some rows, in their order. */
export interface Decided<Change> {
  readonly willChange: readonly Named<Change>[];
  readonly alreadySo: readonly Named<Change>[];
  readonly refused: readonly Refusal[];
}

interface Named<Change> {
  readonly id: number;
  readonly name: string;
  readonly decision: Agreed<Change>;
}

export async function decideAbout<Subject, Wanted, Change, Facts>(
  action: RowsAction<Subject, Wanted, Change, Facts>,
  db: Knex,
  asked: Asked<Wanted, Facts>,
  ids: readonly number[],
): Promise<Decided<Change>> {
  const named: Named<Change>[] = [];
  const refusals: Refusal[] = [];
  for (const subject of inOrder(action, await action.verb.read(db, asked, ids), ids)) {
    const name = action.nameOf(subject);
    const decision = action.verb.decide(asked.viewer, subject, asked.wanted);
    if (decision.kind === 'refused') {
      refusals.push(refusalOf(name, decision.because));
    } else {
      named.push({ id: action.idOf(subject), name, decision });
    }
  }
  return {
    willChange: named.filter(({ decision }) => decision.kind === 'will-change'),
    alreadySo: named.filter(({ decision }) => decision.kind === 'already-so'),
    refused: refusals,
  };
}

/**
 * Carries out the action on rows that may change, deciding again in the transaction. One after the other, since a
 * change to one row may affect the next decision. A refusal while a row is written undoes that row alone.
 */
export async function carryOut<Subject, Wanted, Change, Facts>(
  action: RowsAction<Subject, Wanted, Change, Facts>,
  changing: Changing,
  asked: Asked<Wanted, Facts>,
  ids: readonly number[],
): Promise<JobResult> {
  let result = noResult;
  for (const id of ids) {
    result = addResults(result, await carryOutOn(action, changing, asked, id));
  }
  return result;
}

async function carryOutOn<Subject, Wanted, Change, Facts>(
  action: RowsAction<Subject, Wanted, Change, Facts>,
  changing: Changing,
  asked: Asked<Wanted, Facts>,
  id: number,
): Promise<JobResult> {
  let name: string | undefined;
  try {
    return await changing.part(async (part) => {
      const decided = await decideAbout(action, part.tx, asked, [id]);
      for (const each of decided.willChange) {
        ({ name } = each);
        await action.verb.write(part, each.decision);
      }
      return resultOf(decided);
    });
  } catch (error) {
    if (!(error instanceof AppError) || storageUnavailable(error) !== undefined) {
      throw error;
    }
    const isGone = name === undefined && error instanceof NotFoundError;
    return isGone ? noResult : refusedResult([refusalOf(name ?? String(id), error)]);
  }
}

function resultOf<Change>({
  willChange,
  alreadySo,
  refused: refusals,
}: Decided<Change>): JobResult {
  return {
    ...refusedResult(refusals),
    changed: willChange.length,
    unchanged: alreadySo.length,
  };
}

function refusedResult(refusals: readonly Refusal[]): JobResult {
  return { ...noResult, refused: refusals.length, refusals };
}

function refusalOf(subject: string, because: AppError): Refusal {
  const [reason]: readonly FieldError[] = reasonsOf(refused(because));
  return { subject, key: reason?.key ?? because.key, ...argsOf(reason) };
}

function inOrder<Subject, Wanted, Change, Facts>(
  action: RowsAction<Subject, Wanted, Change, Facts>,
  subjects: readonly Subject[],
  ids: readonly number[],
): readonly Subject[] {
  const byId = new Map(subjects.map((subject) => [action.idOf(subject), subject]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function argsOf(reason: FieldError | undefined): Pick<FieldError, 'args'> {
  return reason?.args === undefined ? {} : { args: reason.args };
}
