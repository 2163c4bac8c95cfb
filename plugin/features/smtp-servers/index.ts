export { connectionTo } from './connection.js';
export { senderOf } from './endpoint.js';
export { LogoStore } from './logo-store.js';
export {
  type ServerPicker,
  pickableConfirmedServers,
  pickableServers,
  pickedName,
} from './pickable.js';
export { type OutgoingConfig, smtpPolicy } from './policy.js';
export { relayRefusal } from './relay-refusal.js';
export { type SendingService, builtInServices, listServices, serviceName } from './services.js';
export type { ServerSecret, SmtpServer } from './smtp-server.js';
export { SmtpServerStore } from './store.js';
export { ServerTroubles, type Trouble } from './troubles.js';
export { withSignature } from './with-signature.js';
