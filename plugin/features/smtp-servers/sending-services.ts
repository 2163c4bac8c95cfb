import type { Knex } from 'knex';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { isDuplicate } from '../../database/failures.js';
import { NotFoundError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import { ServiceChange } from './service-change.js';
import { ServiceCreation, serviceTaken } from './service-creation.js';
import type { NewServiceForm, ServiceForm } from './service-forms.js';
import { ServiceRemoval } from './service-removal.js';
import { type SendingService, type ServiceRow, listServices } from './services.js';

interface SendingServicesParts {
  readonly db: Database;
  readonly changes: Changes;
}

/** The services that mail is sent for, in addition to the built-in ones. */
export class SendingServices {
  readonly creation = new ServiceCreation();
  readonly names = new ServiceChange();
  readonly removal = new ServiceRemoval();

  readonly #parts: SendingServicesParts;

  constructor(parts: SendingServicesParts) {
    this.#parts = parts;
  }

  async list(): Promise<readonly SendingService[]> {
    return await listServices(this.#parts.db);
  }

  /** @throws {NotFoundError} also for built-in services, which cannot be changed. */
  async find(key: string): Promise<SendingService & { readonly servers: number }> {
    const service = (await this.list()).find((each) => each.key === key);
    if (service?.names === undefined) {
      throw new NotFoundError();
    }
    return { ...service, servers: await countServers(this.#parts.db.knex, key) };
  }

  /** @throws {InvalidInputError} when the key is taken. */
  async create(viewer: Viewer, form: NewServiceForm): Promise<void> {
    try {
      await this.#parts.changes.carryOut(viewer, this.creation, async () => undefined, form);
    } catch (error) {
      throw isDuplicate(error) ? serviceTaken() : error;
    }
  }

  /** @throws {NotFoundError} */
  async change(viewer: Viewer, key: string, form: ServiceForm): Promise<void> {
    await this.#parts.changes.carryOut(
      viewer,
      this.names,
      async (tx) => ({ key, names: await heldNames(tx, key) }),
      form,
    );
  }

  /**
   * @throws {NotFoundError}
   * @throws {ConflictError} while servers use it.
   */
  async remove(viewer: Viewer, key: string): Promise<void> {
    await this.#parts.changes.carryOut(
      viewer,
      this.removal,
      async (tx) => ({
        key,
        names: await heldNames(tx, key),
        servers: await countServers(tx, key),
      }),
      undefined,
    );
  }
}

/** The names of a service, locked (FOR UPDATE). @throws {NotFoundError} */
async function heldNames(tx: Knex.Transaction, key: string): Promise<ServiceForm> {
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
