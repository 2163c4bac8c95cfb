import { Option } from 'commander';
import { StartError } from '../../errors.js';
import { type AnyPolicy, policies } from './policies/index.js';
import type { FormValues } from '../../web/forms.js';

/** Values of the command line, by option name. */
export type Options = Readonly<Record<string, string | undefined>>;

interface OptionUse {
  readonly policy: string;
  readonly field: string;
  readonly flags: string;
  readonly help: string;
}

/** The options that fill the fields of policies, with their help. */
export function policyOptions(): readonly Option[] {
  const uses = policies.flatMap(usesOf);
  return [...new Set(uses.map(({ flags }) => flags))].map(
    (flags) => new Option(flags, helpOf(uses.filter((use) => use.flags === flags))),
  );
}

/** Fields by their options, for messages. */
export function optionsByField(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    policies.flatMap(usesOf).map(({ field, flags }) => [field, `--${nameOf(flags)}`]),
  );
}

/** @throws {StartError} when an option does not belong to the policy. */
export function policyFields(policy: AnyPolicy, options: Options): FormValues {
  const uses = usesOf(policy);
  return Object.fromEntries(
    policyOptions()
      .map((option) => option.name())
      .flatMap((name) => {
        const text = options[name];
        const field = uses.find(({ flags }) => nameOf(flags) === name)?.field;
        if (text !== undefined && field === undefined) {
          throw new StartError(`--${name} does not apply to the policy ${policy.key}.`);
        }
        return text === undefined || field === undefined ? [] : [[field, text]];
      }),
  );
}

function usesOf({ key, fields }: AnyPolicy): readonly OptionUse[] {
  return Object.entries(fields).map(([field, { option }]) => ({ policy: key, field, ...option }));
}

function helpOf(uses: readonly OptionUse[]): string {
  const policiesWith = (text: string): string =>
    uses
      .filter(({ help }) => help === text)
      .map(({ policy }) => policy)
      .join(' or ');
  return [...new Set(uses.map(({ help }) => help))]
    .map((help) => `with ${policiesWith(help)}: ${help}`)
    .join('; ');
}

function nameOf(flags: string): string {
  return new Option(flags).name();
}
