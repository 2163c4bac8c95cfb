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
