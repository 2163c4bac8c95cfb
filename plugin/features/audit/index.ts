export { type LabelledThings, auditedThings, changeIn } from './entry.js';
export { type ChangeColumns, entryNames } from './entry-names.js';
