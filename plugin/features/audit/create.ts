import type { FeatureParts } from '../../feature.js';
import type { Previews } from '../../previews/previews.js';
import type { Settings } from '../settings/index.js';
import { actTableOf } from './act-table.js';
import { Acts } from './acts.js';
import { auditedThings } from './entry.js';
import type { AuditFeatures } from './routes.js';
import { Dropping } from './seals/dropping.js';
import { HeadFile } from './seals/head-file.js';
import { Keeping } from './seals/keeping.js';
import { SealKeys } from './seals/seal-keys.js';
import { Sealer } from './seals/sealer.js';
import { auditTableOf } from './table.js';
import { Undoing } from './undoing.js';

export function createAudit({
  db,
  config,
  registered,
  settings,
  previews,
}: FeatureParts & {
  readonly settings: Settings;
  readonly previews: Previews;
}): AuditFeatures {
  const keys = SealKeys.in(config.dataFolder);
  const auditTable = auditTableOf(registered);
  const actTable = actTableOf(registered);
  const acts = new Acts({ db, auditTable, actTable });
  return {
    auditTable,
    actTable,
    acts,
    undoing: new Undoing(db, acts, previews),
    auditedThings: auditedThings(registered),
    sealing: new Keeping({
      sealer: new Sealer({ db, keys, headFile: new HeadFile(config.dataFolder), now }),
      dropping: new Dropping({ db, keys }),
      settings,
      now,
    }),
  };
}

function now(): number {
  return Date.now();
}
