import type { SqliteSource } from '../options.js';
import type { SourceTexts } from './source.js';

export function sqliteSource({ file }: SqliteSource): SourceTexts {
  return {
    mapType: 'sqlite',
    postfix: `dbpath = ${file}\n`,
    dovecot: `driver = sqlite\nconnect = ${file}`,
    files: [],
  };
}
