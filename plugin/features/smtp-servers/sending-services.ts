import Joi from 'joi';
import { changedFields } from '../../database/changed-fields.js';
import type { Changes } from '../../database/changes.js';
import { type Database, isDuplicate } from '../../database/database.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../errors.js';
import type { Viewer } from '../../panel/viewer.js';
import { parseForm, parsedBy } from '../../web/forms.js';
import { type SendingService, builtInServices, listServices } from './services.js';

export interface ServiceForm {
  readonly nameEn: string;
  readonly nameFr: string;
}

export interface NewServiceForm extends ServiceForm {
  readonly key: string;
}

/** A list shows names with commas between them. */
const name = Joi.string()
  .trim()
  .max(100)
  .required()
  .pattern(/^[^\p{Cc}\u2028\u2029,]*$/u, 'plain');

const typedNames = { nameEn: name, nameFr: name };

const newService = Joi.object<NewServiceForm>({
  key: Joi.string().trim().lowercase().max(40).required().custom(parsedBy(keyOf)),
  ...typedNames,
});

export function parseNewService(body: unknown): NewServiceForm {
  return parseForm(newService, body);
}

export function parseService(body: unknown): ServiceForm {
  return parseForm(Joi.object<ServiceForm>(typedNames), body);
}

/** @throws {RefusedKeyError} */
function keyOf(text: string): string {
  if (!/^[a-z][a-z\d-]*$/.test(text)) {
    throw new RefusedKeyError();
  }
  return text;
}

class RefusedKeyError extends Error {
  override readonly name = 'RefusedKeyError';
  readonly key = 'smtp-servers.errors.service-key';
}

/** The services that mail is sent for, beside those that every installation has. */
export class SendingServices {
  readonly #db: Database;
  readonly #changes: Changes;

  constructor(parts: { readonly db: Database; readonly changes: Changes }) {
    this.#db = parts.db;
    this.#changes = parts.changes;
  }

  async list(): Promise<readonly SendingService[]> {
    return await listServices(this.#db);
  }

  /** @throws {NotFoundError} also for those that every installation has, which stay as they are. */
  async find(key: string): Promise<SendingService & { readonly servers: number }> {
    const service = (await this.list()).find((each) => each.key === key);
    if (service?.names === undefined) {
      throw new NotFoundError();
    }
    const [row] = await this.#db
      .knex('smtp_server_services')
      .where({ service: key })
      .count<{ n: number }[]>('* as n');
    return { ...service, servers: Number(row?.n) };
  }

  /** @throws {InvalidInputError} when there is one of that key. */
  async create(viewer: Viewer, { key, nameEn, nameFr }: NewServiceForm): Promise<void> {
    if (builtInServices.some((each) => each === key)) {
      throw taken();
    }
    try {
      await this.#changes.make(viewer, async ({ tx, record }) => {
        await tx('sending_services').insert({ key, name_en: nameEn, name_fr: nameFr });
        await record({
          action: 'sending-service.created',
          subject: key,
          after: { nameEn, nameFr },
        });
      });
    } catch (error) {
      throw isDuplicate(error) ? taken() : error;
    }
  }

  /** @throws {NotFoundError} */
  async change(viewer: Viewer, key: string, { nameEn, nameFr }: ServiceForm): Promise<void> {
    const { names } = await this.find(key);
    const before = { nameEn: names?.en ?? '', nameFr: names?.fr ?? '' };
    const changed = changedFields(before, { nameEn, nameFr });
    if (Object.keys(changed.after).length === 0) {
      return;
    }
    await this.#changes.make(viewer, async ({ tx, record }) => {
      await tx('sending_services').where({ key }).update({ name_en: nameEn, name_fr: nameFr });
      await record({ action: 'sending-service.changed', subject: key, ...changed });
    });
  }

  /** @throws {NotFoundError} @throws {ConflictError} while servers are for it. */
  async remove(viewer: Viewer, key: string): Promise<void> {
    const { names, servers } = await this.find(key);
    if (servers > 0) {
      throw new ConflictError('smtp-servers.errors.service-in-use', { count: servers });
    }
    await this.#changes.make(viewer, async ({ tx, record }) => {
      await tx('sending_services').where({ key }).delete();
      await record({
        action: 'sending-service.removed',
        subject: key,
        before: { nameEn: names?.en ?? '', nameFr: names?.fr ?? '' },
      });
    });
  }
}

function taken(): InvalidInputError {
  return new InvalidInputError({ key: { key: 'smtp-servers.errors.service-taken' } });
}
