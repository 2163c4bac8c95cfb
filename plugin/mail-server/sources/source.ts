import type { MapSource } from '../options.js';
import { mariadbSource } from './mariadb.js';
import { sqliteSource } from './sqlite.js';

/** The texts by which the configurations of Postfix and Dovecot refer to a source of maps. */
export interface SourceTexts {
  /** Postfix's type of map. */
  readonly mapType: string;
  /** The parameters of a map (sqlite_table(5), mysql_table(5)). */
  readonly postfix: string;
  /** Dovecot's driver, and what it connects to. */
  readonly dovecot: string;
  /** Further files by their path below the target. */
  readonly files: readonly (readonly [path: string, text: string])[];
}

/** @param target the folder that the configuration is for. */
export function textsOf(maps: MapSource, target: string): SourceTexts {
  return 'file' in maps ? sqliteSource(maps) : mariadbSource(maps, target);
}
