import type Joi from 'joi';
import type { EmailAddress } from '../../../addresses/index.js';
import type { Fields } from '../../../changes/changed-fields.js';
import type { FieldError } from '../../../errors.js';
import type { Domain, DomainRow } from '../../../panel/directory/domain.js';
import type { Viewer } from '../../../viewing/viewer.js';

/**
 * What happens to mail for a recipient that the domain does not have: one file says all of it, beside its template and
 * its texts. `Unknown` is the policy with what it needs, `Values` what its fields' rules make of a form.
 */
export interface Policy<Unknown extends { readonly policy: string }, Values extends object> {
  /** The key in URLs, forms and `domains.unknown_policy`; its texts are `domain-mail.policies.<key>`. */
  readonly key: Unknown['policy'];
  readonly isRecommended?: boolean;
  /** The permission that a plan may withhold; without one, everybody who may change a domain's settings may choose it. */
  readonly permission?: string;
  /** The form's fields by name; their labels are `domain-mail.fields.<name>`. */
  readonly fields: Readonly<Record<keyof Values & string, PolicyField>>;
  /** The template of its fields, if it has any, and its argument `given`. */
  readonly view?: string;
  readonly given?: Readonly<Record<string, unknown>>;
  wanted(values: Values): Unknown;
  /** The texts of the form's fields. */
  texts(unknown: Unknown): Texts;
  /** The fields for the audit log and `relais domain show`. */
  entry(unknown: Unknown): Fields;
  columns(unknown: Unknown): Columns;
  from(row: DomainRow): Unknown;
  /** Why the policy cannot have these values, by field. */
  refusals?(unknown: Unknown, question: Question): Readonly<Record<string, FieldError | undefined>>;
  readonly target?: PolicyTarget<Unknown, keyof Values & string>;
  /** The fields of a host that may be typed with its port. */
  readonly place?: { readonly host: keyof Values & string; readonly port: keyof Values & string };
  /** Whether another server knows recipients that this one does not, so that any may exist. */
  readonly hasOtherRecipients?: true;
  /** An example of the command's options. */
  readonly example?: string;
}

/** The address that a policy forwards to, which must exist and must not loop. */
interface PolicyTarget<Unknown, Field> {
  readonly field: Field;
  of(unknown: Unknown): EmailAddress;
  /** The indexed column of `domains` with the address, without a tag. */
  readonly column: string;
}

interface PolicyField {
  /** Applies while the policy is selected; otherwise the text is kept unchecked. */
  readonly rule: Joi.Schema;
  /** The option of `relais domain set` that fills it; policies may share one. */
  readonly option: PolicyOption;
  /** Its initial text; empty if left out. */
  preset?(domain: Domain): string;
  /** Its initial text where many domains are changed at once. */
  readonly sharedPreset?: string;
}

interface PolicyOption {
  /** In commander's syntax, such as `--text <text>`. */
  readonly flags: `--${string}`;
  readonly help: string;
}

export type Texts = Readonly<Record<string, string>>;

type Columns = Readonly<Record<string, string | number | null>>;

/** What refusals of a policy depend on. */
interface Question {
  readonly viewer: Viewer;
  /** The domain's current row. Refusals depend on its columns for policies alone, and for policies with a target on its name. */
  readonly row: DomainRow;
  readonly facts: PolicyFacts;
}

export interface PolicyFacts {
  readonly outgoingControl: boolean;
  /** The addresses of this installation. */
  readonly ownAddresses: readonly string[];
}
