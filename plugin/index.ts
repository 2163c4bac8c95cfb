export { type App, openApp } from './app.js';
export { createWeb } from './server.js';
export { type Config, type ConfigOptions, readConfig } from './config.js';
export { createExtension, type Extension, type ExtensionParts } from './extension.js';
export { type Panel, type PanelEvent, PanelEvents, type PanelListener } from './panel/panel.js';
export type { Viewer } from './viewing/viewer.js';
