import { type AppError, InvalidInputError, TooManyRequestsError } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';
import type { RateLimits } from '../web/rate-limits.js';

/** As long as files are kept. Counted in MB that they take in the database. */
const perAccount = { name: 'import-megabytes', most: 600, windowMs: 24 * 60 * 60 * 1000 };
/** What a line takes besides its text. */
const bytesPerLine = 200;
const newline = 0x0a;

/**
 * Counts the space of one more file.
 *
 * @throws {InvalidInputError} when the account's files of a day take too much. Administrators may send any number.
 */
export async function countFile(
  limits: RateLimits,
  { accountId, role }: Viewer,
  content: Buffer,
): Promise<void> {
  if (role === 'administrator') {
    return;
  }
  const megabytes = Math.floor(spaceOf(content) / 1024 ** 2);
  try {
    await limits.use(perAccount, String(accountId));
  } catch (error) {
    throw error instanceof TooManyRequestsError ? tooMuch(error) : error;
  }
  await limits.charge(perAccount, String(accountId), megabytes);
}

function spaceOf(content: Buffer): number {
  let lines = 1;
  for (let at = content.indexOf(newline); at !== -1; at = content.indexOf(newline, at + 1)) {
    lines += 1;
  }
  return content.length + lines * bytesPerLine;
}

function tooMuch({ args }: AppError): InvalidInputError {
  const count = Math.ceil(Number(args['count']) / 60);
  return new InvalidInputError({ file: { key: 'imports.errors.too-much', args: { count } } });
}
