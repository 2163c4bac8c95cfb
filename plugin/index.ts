export { DomainName } from './addresses/index.js';
export { type App, openApp, openInstallation } from './app.js';
export type { Changes, Changing } from './changes/changes.js';
export { type Config, type ConfigOptions, readConfig } from './config.js';
export { addExportedTable } from './exports/exported-table.js';
export { createExtension, type Extension, type ExtensionParts } from './extension.js';
export type { Installation, Registration, Running } from './feature.js';
export type { Chunk, JobKind } from './jobs/kind.js';
export type { MailKind } from './panel-mail/kind.js';
export type { NavigationEntry, Permission, Role } from './manifest.js';
export { type Account, resellerOf, scopeOf } from './panel/directory/account.js';
export { AccountStore, type NewAccount } from './panel/directory/account-store.js';
export { DomainStore, type NewDomain } from './panel/directory/domain-store.js';
export { type NewPlan, PlanStore } from './panel/directory/plan-store.js';
export {
  type Caller,
  type MailReader,
  type Panel,
  type PanelEvent,
  PanelEvents,
  type PanelListener,
  type PanelWeb,
} from './panel/panel.js';
export { createWeb } from './server.js';
export type { Column, Table } from './tables/table.js';
export { permissionsOf } from './viewing/permissions.js';
export type { Viewer } from './viewing/viewer.js';
