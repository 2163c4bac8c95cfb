import type { Looks } from '../support/browser.js';

/** How people view the pages. No script depends on the width. */
export const screens = [
  { on: 'at 1280 px', looks: { width: 1280, javaScript: true } },
  { on: 'at 360 px', looks: { width: 360, javaScript: true } },
  { on: 'at 360 px without JavaScript', looks: { width: 360, javaScript: false } },
] as const satisfies readonly { readonly on: string; readonly looks: Partial<Looks> }[];
