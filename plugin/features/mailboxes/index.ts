export { comesBack } from './following.js';
export { aliasesInto } from './leading-into.js';
export { type Receiving, ReceivingAddresses } from './receiving.js';
export { Recipients, type TargetFacts, targetRefusal } from './recipients.js';
