export { comesBack } from './following.js';
export { Recipients } from './recipients.js';
