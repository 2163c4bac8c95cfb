export type { MailPort } from './mail-port.js';
export { Settings } from './settings.js';
