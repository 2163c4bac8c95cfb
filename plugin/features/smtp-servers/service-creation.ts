import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { InvalidInputError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { NewServiceForm } from './service-forms.js';
import { builtInServices } from './services.js';

/** Adds services that mail is sent for. */
export class ServiceCreation implements Verb<undefined, NewServiceForm, NewServiceForm, void> {
  decide(_viewer: Viewer, _subject: undefined, form: NewServiceForm): Decision<NewServiceForm> {
    return builtInServices.some((each) => each === form.key)
      ? refused(serviceTaken())
      : willChange(form);
  }

  async write(
    { tx, record }: Changing,
    { change: { key, nameEn, nameFr } }: Agreed<NewServiceForm>,
  ): Promise<void> {
    await tx('sending_services').insert({ key, name_en: nameEn, name_fr: nameFr });
    await record({ action: 'sending-service.created', subject: key, after: { nameEn, nameFr } });
  }
}

export function serviceTaken(): InvalidInputError {
  return new InvalidInputError({ key: { key: 'smtp-servers.errors.service-taken' } });
}
