export { countOutcomes, hasLeft } from './outcome-table.js';
export {
  type RowsFlags,
  addRowsFlags,
  applyAndTell,
  changeRows,
  isOnRows,
} from './rows-command.js';
export { shownReasons } from './shown-change.js';
