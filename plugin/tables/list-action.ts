import type { Access } from '../web/route-table.js';
import type { Icon } from '../web/icons.js';
import type { Table } from './table.js';

/** A button for selected rows of a list. Its text is `<table>.selection.<key>`. */
export interface ListAction {
  readonly key: string;
  /** The end of its path, such as `removal`. */
  readonly noun: string;
  readonly permission: Access;
  readonly icon: Icon;
  /** Whether a page of its own asks for it, so that lists have no button. */
  readonly hasOwnPage?: true;
  /** The key below which its texts are, if actions share them; `<table>.selected.<key>` if left out. */
  readonly texts?: string;
}

/** The key below which an action's texts are. */
export function textsOf<Row>({ key }: Pick<Table<Row>, 'key'>, action: ListAction): string {
  return action.texts ?? `${key}.selected.${action.key}`;
}

/** @param list the path of the list. */
export function actionPath(list: string, { noun }: ListAction): string {
  return `${list}/selected/${noun}`;
}
