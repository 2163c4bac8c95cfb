export { type BulkAnswering, answerPlan, answerStarted } from './bulk-routes.js';
export type { Bulk } from './bulk.js';
export { countOutcomes, hasLeft } from './outcome-table.js';
export { applyAndTell } from './rows-command.js';
export { shownReasons } from './shown-change.js';
