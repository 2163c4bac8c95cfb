export { actPath, actsOfGroup } from './act.js';
export {
  type EntryRow,
  type LabelledThings,
  auditedThings,
  changeIn,
  subjectIn,
  withoutOwnFields,
} from './entry.js';
export { entryColumns } from './entry-rows.js';
export { type ChangeColumns, entryNames } from './entry-names.js';
