export { countOutcomes, hasLeft } from './outcome-table.js';
export { type ShownGroup, shownGroups } from './shown-groups.js';
