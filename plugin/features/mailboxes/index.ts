export { comesBack } from './following.js';
export { Recipients, type TargetFacts, targetRefusal } from './recipients.js';
