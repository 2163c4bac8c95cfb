export { countOutcomes, hasLeft } from './outcome-table.js';
export { applyAndTell } from './rows-command.js';
export { shownReasons } from './shown-change.js';
