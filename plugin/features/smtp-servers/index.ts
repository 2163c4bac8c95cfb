export { endpointOf, senderOf } from './endpoint.js';
export type { Logo } from './logo.js';
export { type OutgoingConfig, smtpPolicy } from './policy.js';
export type { ServerSecret, SmtpServer } from './smtp-server.js';
export { SmtpServerStore } from './store.js';
export { type SignedMessage, withSignature } from './with-signature.js';
