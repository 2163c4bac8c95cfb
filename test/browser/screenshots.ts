import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { settled } from '../support/browser.js';
import { domains } from './sample.js';
import { startSite } from './site.js';

/** `npm run screenshots`: updates the pictures of the README. */
const folder = join(programFolder, 'test', 'browser', 'screenshots');
const pictures = [
  { name: 'domains', path: '/domains', who: 'administrator', height: 640 },
  {
    name: 'mail-settings',
    path: `/domains/${domains.usual}/mail-settings`,
    who: 'customer',
    height: 800,
  },
] as const;

mkdirSync(folder, { recursive: true });
const site = await startSite();
// As after a day of look-ups.
const { knex } = site.app.db;
await knex('domains').update({ mx: 'here', mx_hosts: 'mx.example.com', mx_at: Date.now() });
const away = knex('domains').where('name', 'like', 'atelier-b%').orWhere({ mail_enabled: 0 });
await away.update({ mx: 'elsewhere', mx_hosts: 'mx.elsewhere.example' });
for (const { name, path, who, height } of pictures) {
  const context = await site.contextOf(who);
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height });
  await page.goto(site.web.url + path);
  await settled(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}
await site.stop();
