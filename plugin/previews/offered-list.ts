import type { AnyTable } from '../tables/table.js';
import { type OfferedAction, type OfferedActions, keyOf } from './action.js';
import type { Preview } from './preview.js';

type Registered = () => Promise<readonly OfferedActions[]>;

/** The actions that lists offer, and how what they did is undone. */
export class OfferedList {
  readonly #registered: Registered;

  constructor(registered: Registered) {
    this.#registered = registered;
  }

  /** Undefined if an update has removed it. */
  async actionOf({ action }: Pick<Preview, 'action'>): Promise<OfferedAction | undefined> {
    return (await this.#all()).find((each) => keyOf(each) === action);
  }

  /** The action of a list with this key, as programs name it. */
  async named(key: string): Promise<OfferedAction | undefined> {
    return (await this.onLists()).find((each) => keyOf(each) === key);
  }

  /** The actions of all lists. */
  async onLists(): Promise<readonly OfferedAction[]> {
    const lists = await this.#registered();
    return lists
      .flatMap(({ table, path, actions }) => actions.map((action) => ({ table, path, action })))
      .filter(({ action }) => action.hasOwnPage !== true);
  }

  /** The action of a preview that programs may read and apply, too: one on rows of a list or on lines of a file. */
  async openToPrograms(preview: Preview): Promise<OfferedAction | undefined> {
    const offered = await this.actionOf(preview);
    const isForPeople = offered?.undo !== undefined || offered?.action.hasOwnPage === true;
    return isForPeople ? undefined : offered;
  }

  /** The actions of one list. */
  async offeredOn({ key }: Pick<AnyTable, 'key'>): Promise<OfferedActions> {
    const lists = (await this.#registered()).filter(({ table }) => table.key === key);
    const [first] = lists;
    if (first === undefined) {
      throw new Error(`No registration offers actions on ${key}.`);
    }
    return { ...first, actions: lists.flatMap(({ actions }) => actions) };
  }

  /** How entries with this action are undone, if they can be. */
  async undoOf(action: string): Promise<OfferedAction | undefined> {
    return (await this.#all()).find(({ undo }) => undo?.undoes.includes(action) === true);
  }

  async #all(): Promise<readonly OfferedAction[]> {
    const lists = await this.#registered();
    return lists.flatMap(({ table, path, actions, besides = [], undoes = [] }) => [
      ...[...actions, ...besides].map((each) => ({ table, path, action: each })),
      ...undoes.map((undo) => ({ table, action: undo.action, undo })),
    ]);
  }
}
