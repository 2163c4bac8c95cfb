import Joi from 'joi';
import type { Knex } from 'knex';
import { changedFields, isChange } from '../../changes/changed-fields.js';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { isDuplicate } from '../../database/failures.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import { parseForm, parsedBy } from '../../web/forms.js';
import { type SendingService, type ServiceRow, builtInServices, listServices } from './services.js';

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
    return { ...service, servers: await countServers(this.#db.knex, key) };
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
    await this.#changes.make(viewer, async ({ tx, record }) => {
      const changed = changedFields(await heldNames(tx, key), { nameEn, nameFr });
      if (!isChange(changed)) {
        return;
      }
      await tx('sending_services').where({ key }).update({ name_en: nameEn, name_fr: nameFr });
      await record({ action: 'sending-service.changed', subject: key, ...changed });
    });
  }

  /** @throws {NotFoundError} @throws {ConflictError} while servers are for it. */
  async remove(viewer: Viewer, key: string): Promise<void> {
    await this.#changes.make(viewer, async ({ tx, record }) => {
      const before = await heldNames(tx, key);
      const servers = await countServers(tx, key);
      if (servers > 0) {
        throw new ConflictError('smtp-servers.errors.service-in-use', { count: servers });
      }
      await tx('sending_services').where({ key }).delete();
      await record({ action: 'sending-service.removed', subject: key, before });
    });
  }
}

/** The names of a service, which stays as it is until the transaction ends. @throws {NotFoundError} */
async function heldNames(
  tx: Knex.Transaction,
  key: string,
): Promise<{ readonly nameEn: string; readonly nameFr: string }> {
  const row = await tx<ServiceRow>('sending_services').where({ key }).forUpdate().first();
  if (row === undefined) {
    throw new NotFoundError();
  }
  return { nameEn: row.name_en, nameFr: row.name_fr };
}

async function countServers(db: Knex, key: string): Promise<number> {
  const [row] = await db('smtp_server_services')
    .where({ service: key })
    .count<{ n: number }[]>('* as n');
  return Number(row?.n);
}

function taken(): InvalidInputError {
  return new InvalidInputError({ key: { key: 'smtp-servers.errors.service-taken' } });
}
