export { type MailPort, Settings } from './settings.js';
