/** The icons that pages may use, from Tabler; the build bundles them into one file. */
export const icons = [
  'adjustments',
  'alert-circle',
  'alert-triangle',
  'arrow-back-up',
  'arrows-split-2',
  'ban',
  'bold',
  'brightness',
  'circle-check',
  'code',
  'columns-3',
  'dice',
  'download',
  'edit',
  'eye',
  'help-circle',
  'history',
  'inbox',
  'info-circle',
  'italic',
  'key',
  'link',
  'list',
  'list-check',
  'lock',
  'mail-check',
  'mail-cog',
  'mail-forward',
  'map-pin',
  'menu-2',
  'moon',
  'package',
  'player-pause',
  'player-play',
  'plug-connected',
  'plus',
  'refresh',
  'search',
  'search-off',
  'send',
  'spy',
  'sun',
  'trash',
  'user',
  'users',
  'world',
  'x',
] as const;

export type Icon = (typeof icons)[number];

const known: ReadonlySet<string> = new Set(icons);

/** @throws when the icon is not in the list. */
export function assertIcon(name: string): asserts name is Icon {
  if (!known.has(name)) {
    throw new Error(`There is no icon ${name}: see icons.ts.`);
  }
}
