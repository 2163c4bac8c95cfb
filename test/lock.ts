import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from '../plugin/runtime/paths.js';
import { type LockFile, forOlderNpm } from './support/lock-file.js';

/** `npm run lock`, after `npm install`: makes package-lock.json work with older versions of npm and Node. */
const file = join(programFolder, 'package-lock.json');
const lock: LockFile = JSON.parse(readFileSync(file, 'utf8'));
writeFileSync(file, `${JSON.stringify(forOlderNpm(lock), undefined, 2)}\n`);
