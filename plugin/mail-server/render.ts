import { dovecotConf } from './dovecot/dovecot-conf.js';
import { usersConf } from './dovecot/users-conf.js';
import { parseOptions } from './options-schema.js';
import type { MailServerOptions } from './options.js';
import { mainCf } from './postfix/main-cf.js';
import { mapFiles } from './postfix/maps.js';
import { masterCf } from './postfix/master-cf.js';

/** Texts by their path below the target folder. */
export type ConfigurationFiles = ReadonlyMap<string, string>;

/**
 * The configuration of Postfix and Dovecot on one host.
 *
 * @throws {InvalidInputError} with an error for each invalid option, by its path, such as `ports.imap`.
 */
export function renderConfiguration(options: MailServerOptions): ConfigurationFiles {
  const parsed = parseOptions(options);
  return new Map([
    ['postfix/main.cf', mainCf(parsed)],
    ['postfix/master.cf', masterCf(parsed)],
    ...mapFiles(parsed.maps, parsed.target),
    ['dovecot/dovecot.conf', dovecotConf(parsed)],
    ['dovecot/users.conf.ext', usersConf(parsed)],
  ]);
}
