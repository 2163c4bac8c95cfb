import type { Changes, Changing } from '../changes/changes.js';
import { type Agreed, type Decision, type Reason, refused } from '../changes/decision.js';
import { rehearse } from '../changes/rehearsal.js';
import type { Asked } from '../changes/verb.js';
import { storageUnavailable } from '../database/failures.js';
import { AppError } from '../errors.js';
import type { AnyRowsAction } from './action.js';
import { type DecidedRow, classOf, rowOf } from './decided-rows.js';

/** What is rehearsed. */
interface Rehearsal {
  readonly action: AnyRowsAction;
  readonly asked: Asked<unknown, unknown>;
}

/**
 * Decides about rows by carrying out the action on one after the other, and takes all of it back: so that a preview knows
 * what a row leaves out, and what one row's change makes of the next.
 */
export async function rehearseRows(
  changes: Changes,
  rehearsal: Rehearsal,
  ids: readonly number[],
): Promise<readonly DecidedRow[]> {
  let rows: readonly DecidedRow[] = [];
  await rehearse(rehearsal.asked.viewer, (by) =>
    changes.make(by, async (changing) => {
      const met: DecidedRow[] = [];
      for (const id of ids) {
        met.push(...(await rehearseRow(changing, rehearsal, id)));
      }
      rows = met;
    }),
  );
  return rows;
}

async function rehearseRow(
  changing: Changing,
  { action, asked }: Rehearsal,
  id: number,
): Promise<readonly DecidedRow[]> {
  const [subject] = await action.verb.read(changing.tx, asked, [id]);
  if (subject === undefined) {
    return [];
  }
  const decision = action.verb.decide(asked.viewer, subject, asked.wanted);
  const decided =
    decision.kind === 'will-change' ? await carriedOut(changing, action, decision) : { decision };
  return [rowOf(action, subject, classOf(action, decided))];
}

async function carriedOut(
  changing: Changing,
  action: AnyRowsAction,
  decision: Agreed<unknown>,
): Promise<{ readonly decision: Decision<unknown>; readonly left?: readonly Reason[] }> {
  try {
    const result = await changing.part((part) => action.verb.write(part, decision));
    return { decision, left: action.leftOf?.(result) ?? [] };
  } catch (error) {
    if (!(error instanceof AppError) || storageUnavailable(error) !== undefined) {
      throw error;
    }
    return { decision: refused(error) };
  }
}
