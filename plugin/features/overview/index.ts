export type { ShownStep } from './overview.js';
