import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, reasonsOf } from '../../changes/decision.js';
import type { FieldError } from '../../errors.js';
import { type JobResult, type Refusal, addResults, noResult } from '../../jobs/job.js';
import type { Viewer } from '../../viewing/viewer.js';
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

export async function decideAbout<Subject, Change>(
  action: RowsAction<Subject, Change>,
  db: Knex,
  viewer: Viewer,
  ids: readonly number[],
): Promise<Decided<Change>> {
  const agreed: Named<Change>[] = [];
  const refused: Refusal[] = [];
  for (const subject of inOrder(action, await action.read(db, viewer, ids), ids)) {
    const name = action.nameOf(subject);
    const decision = action.decide(viewer, subject);
    if (decision.kind === 'refused') {
      const [reason]: readonly FieldError[] = reasonsOf(decision);
      refused.push({ subject: name, key: reason?.key ?? decision.because.key, ...argsOf(reason) });
    } else {
      agreed.push({ id: action.idOf(subject), name, decision });
    }
  }
  return {
    willChange: agreed.filter(({ decision }) => decision.kind === 'will-change'),
    alreadySo: agreed.filter(({ decision }) => decision.kind === 'already-so'),
    refused,
  };
}

/**
 * Carries out the action on rows that may change, deciding again in the transaction. One after the other, since a
 * change to one row may affect the next decision.
 */
export async function carryOut<Subject, Change>(
  action: RowsAction<Subject, Change>,
  changing: Changing,
  viewer: Viewer,
  ids: readonly number[],
): Promise<JobResult> {
  let result = noResult;
  for (const id of ids) {
    const decided = await decideAbout(action, changing.tx, viewer, [id]);
    for (const { decision } of decided.willChange) {
      await action.write(changing, decision);
    }
    result = addResults(result, resultOf(decided));
  }
  return result;
}

function resultOf<Change>({ willChange, alreadySo, refused }: Decided<Change>): JobResult {
  return {
    changed: willChange.length,
    unchanged: alreadySo.length,
    refused: refused.length,
    refusals: refused,
  };
}

function inOrder<Subject, Change>(
  action: RowsAction<Subject, Change>,
  subjects: readonly Subject[],
  ids: readonly number[],
): readonly Subject[] {
  const byId = new Map(subjects.map((subject) => [action.idOf(subject), subject]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function argsOf(reason: FieldError | undefined): Pick<FieldError, 'args'> {
  return reason?.args === undefined ? {} : { args: reason.args };
}
