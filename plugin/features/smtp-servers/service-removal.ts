import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { ConflictError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { ServiceForm } from './service-forms.js';

interface Subject {
  readonly key: string;
  readonly names: ServiceForm;
  /** How many servers are for it. */
  readonly servers: number;
}

/** Removes services that no server is for. */
export class ServiceRemoval implements Verb<Subject, undefined, Subject, void> {
  decide(_viewer: Viewer, subject: Subject): Decision<Subject> {
    const count = subject.servers;
    return count > 0
      ? refused(new ConflictError('smtp-servers.errors.service-in-use', { count }))
      : willChange(subject);
  }

  async write({ tx, record }: Changing, { change }: Agreed<Subject>): Promise<void> {
    const { key, names } = change;
    await tx('sending_services').where({ key }).delete();
    await record({ action: 'sending-service.removed', subject: key, before: { ...names } });
  }
}
