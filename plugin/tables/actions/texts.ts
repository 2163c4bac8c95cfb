import type { Refusal } from '../../jobs/job.js';
import type { Table } from '../table.js';
import type { AnyRowsAction } from './action.js';

/** The key below which an action's texts are. */
export function textsOf<Row>({ key }: Table<Row>, action: AnyRowsAction): string {
  return `${key}.selected.${action.key}`;
}

/** @param list the path of the list. */
export function actionPath(list: string, { noun }: AnyRowsAction): string {
  return `${list}/selected/${noun}`;
}

/** Names in a notice, which is stored in a cookie. */
const mostInNotice = 10;

export function namesIn(refusals: readonly Refusal[]): string {
  const names = refusals.slice(0, mostInNotice).map(({ subject }) => subject);
  return names.join(', ') + (refusals.length > mostInNotice ? ' …' : '');
}
