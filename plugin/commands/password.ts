import { readFileSync } from 'node:fs';
import { StartError } from '../errors.js';
import { generatePassword } from '../secrets/generated-password.js';

export interface PasswordOptions {
  readonly passwordStdin?: boolean;
  readonly generate?: boolean;
}

/** For `--help`. A password is never an argument, since others can see those in the process list. */
export const passwordHelp = {
  stdin: 'read the password from standard input, up to its first line break',
  generate: 'generate a password, and print it once',
} as const;

/**
 * The password from the options, or undefined if none is asked for. @throws {StartError} when both options are given,
 * or the input is empty.
 */
export function passwordFrom({ passwordStdin, generate }: PasswordOptions): string | undefined {
  if (passwordStdin === true && generate === true) {
    throw new StartError('Give --password-stdin or --generate, not both.');
  }
  if (generate === true) {
    return generatePassword();
  }
  return passwordStdin === true ? passwordFromInput() : undefined;
}

/** An empty password would keep the current one. */
function passwordFromInput(): string {
  const [password = ''] = readFileSync(0, 'utf8').split(/\r?\n/);
  if (password === '') {
    throw new StartError('There is no password on standard input.');
  }
  return password;
}

/** A generated password, which is printed; one that was given is known. */
export function made(options: PasswordOptions, password: string | undefined): string | undefined {
  return options.generate === true ? password : undefined;
}
