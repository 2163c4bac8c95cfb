import type { RowsAction } from '../../previews/action.js';
import type { Erasure, LeavingForGood } from '../../removals/erasure.js';
import type { RemovedThing, Restoration, Restored } from '../../removals/restoration.js';

/** A removal never changes: it is there or not. */
const onlyVersion = 1;

/** Gives selected things back. */
export function restorationAction(
  verb: Restoration,
): RowsAction<RemovedThing, undefined, RemovedThing, ReadonlyMap<number, unknown>> {
  return {
    key: 'restore',
    noun: 'restoration',
    permission: 'removed.manage',
    icon: 'arrow-back-up',
    thing: 'removed',
    verb,
    isRehearsed: true,
    leftOf: ({ left }: Restored) => left,
    idOf: ({ removal }) => removal.id,
    nameOf: ({ removal }) => removal.title,
    auditedAs: ({ removal }) => removal.name,
    versionOf: () => onlyVersion,
  };
}

/** Removes selected things for good. */
export function erasureAction(
  verb: Erasure,
): RowsAction<LeavingForGood, undefined, LeavingForGood, undefined> {
  return {
    key: 'erase',
    noun: 'erasure',
    permission: 'removed.manage',
    icon: 'trash',
    isDestructive: true,
    thing: 'removed',
    verb,
    idOf: ({ removal }) => removal.id,
    nameOf: ({ removal }) => removal.title,
    auditedAs: ({ removal }) => removal.name,
    versionOf: () => onlyVersion,
  };
}
