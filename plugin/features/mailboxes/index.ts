export { Recipients } from './recipients.js';
