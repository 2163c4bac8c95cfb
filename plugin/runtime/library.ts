import { createRequire } from 'node:module';

/** Loads a CommonJS library when it is needed, and once: for what takes long to load and most processes never need. */
export const library: NodeJS.Require = createRequire(import.meta.url);
