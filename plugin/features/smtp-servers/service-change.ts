import { type ChangedFields, changedFields, isChange } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { ServiceForm } from './service-forms.js';

interface Subject {
  readonly key: string;
  readonly names: ServiceForm;
}

interface Change {
  readonly key: string;
  readonly after: ServiceForm;
  readonly changed: ChangedFields;
}

/** Renames services. */
export class ServiceChange implements Verb<Subject, ServiceForm, Change, void> {
  decide(_viewer: Viewer, { key, names }: Subject, after: ServiceForm): Decision<Change> {
    const changed = changedFields({ ...names }, { ...after });
    const kind = isChange(changed) ? 'will-change' : 'already-so';
    return { kind, change: { key, after, changed } };
  }

  async write({ tx, record }: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    if (kind === 'already-so') {
      return;
    }
    const { key, after, changed } = change;
    await tx('sending_services')
      .where({ key })
      .update({ name_en: after.nameEn, name_fr: after.nameFr });
    await record({ action: 'sending-service.changed', subject: key, ...changed });
  }
}
