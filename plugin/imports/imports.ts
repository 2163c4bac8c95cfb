import { setImmediate as pause } from 'node:timers/promises';
import type { Database } from '../database/database.js';
import { ForbiddenError, NotFoundError } from '../errors.js';
import type { Preview } from '../previews/preview.js';
import type { Viewer } from '../viewing/viewer.js';
import { RateLimits } from '../web/rate-limits.js';
import { ImportFiles } from './import-files.js';
import { type Import, ImportStore, type NewLine } from './import-store.js';
import type { AnyImportKind, ImportKey } from './kind.js';
import { NewBefore } from './new-before.js';
import { type FileOptions, openFile } from './read-lines.js';
import { countFile } from './stored-files.js';
import type { Secrets } from '../secrets/secrets.js';

/** The list that files are previewed as. */
export const importList = 'imports';
export const importPermission = 'imports.use';

interface ImportsParts {
  readonly db: Database;
  readonly secrets: Secrets;
  readonly kinds: () => Promise<readonly AnyImportKind[]>;
}

/** Lines that are stored at once. */
const atOnce = 200;

/** Files of things to create: read and stored, line by line, until their preview is applied. */
export class Imports {
  readonly store: ImportStore;
  readonly newBefore: NewBefore;
  readonly files: ImportFiles;
  readonly #parts: ImportsParts;
  readonly #limits: RateLimits;

  constructor(parts: ImportsParts) {
    this.#parts = parts;
    this.#limits = new RateLimits(parts.db);
    this.store = new ImportStore(parts.db, parts.secrets);
    this.newBefore = new NewBefore(parts.db);
    this.files = new ImportFiles(parts.db, this.store);
  }

  async kinds(): Promise<readonly AnyImportKind[]> {
    return await this.#parts.kinds();
  }

  /** @throws {NotFoundError} */
  async kind(key: string): Promise<AnyImportKind> {
    const found = (await this.kinds()).find((each) => each.key === key);
    if (found === undefined) {
      throw new NotFoundError();
    }
    return found;
  }

  /** The kinds that a viewer may import. */
  async kindsFor({ permissions }: Viewer): Promise<readonly ImportKey[]> {
    const kinds = permissions.has(importPermission) ? await this.kinds() : [];
    return kinds.filter(({ permission }) => permissions.has(permission)).map(({ key }) => key);
  }

  /** @throws {ForbiddenError} */
  async assertMay(viewer: Viewer, { key }: Pick<AnyImportKind, 'key'>): Promise<void> {
    if (!viewer.permissions.has(importPermission)) {
      throw new ForbiddenError('errors.not-in-scope', { scope: importPermission });
    }
    if (!(await this.kindsFor(viewer)).includes(key)) {
      throw new ForbiddenError('errors.not-permitted');
    }
  }

  /**
   * Reads and stores a file.
   *
   * @returns its ID.
   * @throws {ForbiddenError}
   * @throws {InvalidInputError} when it cannot be read, or the account's files take too much space.
   */
  async receive(
    viewer: Viewer,
    kind: AnyImportKind,
    content: Buffer,
    options: FileOptions,
  ): Promise<number> {
    await this.assertMay(viewer, kind);
    await countFile(this.#limits, viewer, content);
    const { headings, lines } = await openFile(kind, content, options);
    const { unknown } = headings;
    const columns = headings.keys.filter((key) => key !== undefined);
    const id = await this.store.insert(viewer, { kind: kind.key, options, columns, unknown });
    try {
      for await (const batch of inBatches(lines, atOnce)) {
        await this.store.insertLines(id, batch);
        await pause();
      }
    } catch (error) {
      await this.store.forget(id);
      throw error;
    }
    return id;
  }

  /** The file that a preview is of, if it is of one and that is still kept. */
  async known(viewer: Viewer, { action, wanted }: Preview): Promise<Import | undefined> {
    return action.startsWith(`${importList}.`)
      ? await this.store.find(viewer, Number(Object(wanted).import))
      : undefined;
  }

  /** @throws {NotFoundError} if somebody else has sent it, or it is no longer kept. */
  async find(viewer: Viewer, id: number): Promise<Import> {
    const found = await this.store.find(viewer, id);
    if (found === undefined) {
      throw new NotFoundError();
    }
    return found;
  }
}

async function* inBatches(
  lines: AsyncIterable<NewLine>,
  size: number,
): AsyncGenerator<readonly NewLine[]> {
  let batch: NewLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  yield batch;
}
