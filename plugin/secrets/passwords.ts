import { hash, verify } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { cryptMatches } from './crypt.js';

/** OWASP's first choice for argon2id (the library's default algorithm): 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const dovecotScheme = '{ARGON2ID}';

/** An argon2id hash in the form that Dovecot reads, `{ARGON2ID}$argon2id$v=19$…`. */
export async function hashPassword(password: string): Promise<string> {
  return dovecotScheme + (await hash(password, cost));
}

/**
 * Takes the same time with and without a hash, so that response times do not reveal which logins exist; but another one
 * with hashes of other schemes, which were brought along, until their passwords are changed.
 */
export async function passwordMatches(
  password: string,
  hashed: string | undefined,
): Promise<boolean> {
  const matches = await isOf(password, hashed ?? (await placeholder()));
  return matches && hashed !== undefined;
}

async function isOf(password: string, stored: string): Promise<boolean> {
  const [, scheme = '', hashed = stored] = /^\{([\w-]+)\}(.*)$/.exec(stored) ?? [];
  switch (scheme) {
    case 'BLF-CRYPT':
      return await verifyBcrypt(password, hashed);
    case 'SHA256-CRYPT':
    case 'SHA512-CRYPT':
      return await cryptMatches(password, hashed);
    default:
      return await verify(hashed, password);
  }
}

let made: Promise<string> | undefined;

function placeholder(): Promise<string> {
  made ??= hashPassword('compared with when there is no account');
  return made;
}
