import { readFileSync } from 'node:fs';
import { StartError } from '../errors.js';
import { generatePassword } from '../secrets/generated-password.js';

export interface PasswordOptions {
  readonly passwordStdin?: boolean;
  readonly generate?: boolean;
}

/** For `--help`: a password is never an argument, for others see those in the list of processes. */
export const passwordHelp = {
  stdin: 'read the password from standard input, up to its first line break',
  generate: 'make a password, and print it once',
} as const;

/** The password that was asked for, or undefined where none was. @throws {StartError} when both are asked for, or none came. */
export function passwordFrom({ passwordStdin, generate }: PasswordOptions): string | undefined {
  if (passwordStdin === true && generate === true) {
    throw new StartError('Give --password-stdin or --generate, not both.');
  }
  if (generate === true) {
    return generatePassword();
  }
  return passwordStdin === true ? passwordFromInput() : undefined;
}

/** An empty one would mean that the present one stays. */
function passwordFromInput(): string {
  const [password = ''] = readFileSync(0, 'utf8').split(/\r?\n/);
  if (password === '') {
    throw new StartError('There is no password on standard input.');
  }
  return password;
}
