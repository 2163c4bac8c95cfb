import type { FeatureParts } from '../../feature.js';
import { actTableOf } from './act-table.js';
import { Acts } from './acts.js';
import { auditedThings } from './entry.js';
import type { AuditFeatures } from './routes.js';
import { auditTableOf } from './table.js';

export function createAudit({ db, registered }: FeatureParts): AuditFeatures {
  const auditTable = auditTableOf(registered);
  const actTable = actTableOf(registered);
  return {
    auditTable,
    actTable,
    acts: new Acts({ db, auditTable, actTable }),
    auditedThings: auditedThings(registered),
  };
}
