export { domainTable } from './table.js';
