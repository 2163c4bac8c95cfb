export { actPath } from './act.js';
export { prepareUndo, undoneActs } from './group.js';
export {
  type EntryRow,
  type LabelledThings,
  actionIn,
  auditedThings,
  changeIn,
  subjectIn,
  withoutOwnFields,
} from './entry.js';
export { entryColumns } from './entry-rows.js';
export { type ChangeColumns, entryNames } from './entry-names.js';
