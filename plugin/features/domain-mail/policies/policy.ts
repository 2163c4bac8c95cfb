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
  /** In URLs, forms and `domains.unknown_policy`; its texts are `domain-mail.policies.<key>`. */
  readonly key: Unknown['policy'];
  readonly isRecommended?: boolean;
  /** The form's fields, by their names; their labels are `domain-mail.fields.<name>`. */
  readonly fields: Readonly<Record<keyof Values & string, PolicyField>>;
  /** The template of its fields, and what that is handed as `given`. */
  readonly view: string;
  readonly given?: Readonly<Record<string, unknown>>;
  wanted(values: Values): Unknown;
  /** As the form's fields show it. */
  texts(unknown: Unknown): Texts;
  /** As the audit log and `relais domain show` name it. */
  entry(unknown: Unknown): Fields;
  columns(unknown: Unknown): Columns;
  from(row: DomainRow): Unknown;
  /** Why the policy must not be as it is wanted, by field. */
  refusals?(unknown: Unknown, question: Question): Readonly<Record<string, FieldError | undefined>>;
  /** The address that it forwards to, which must exist and lead nowhere in circles. */
  readonly target?: { readonly field: keyof Values & string; of(unknown: Unknown): EmailAddress };
}

interface PolicyField {
  /** Holds while the policy is taken; otherwise what is typed is kept as it is. */
  readonly rule: Joi.Schema;
  /** The option of `relais domain set` that fills it; policies may share one. */
  readonly option: PolicyOption;
  /** What it shows before anything was typed; empty when left out. */
  preset?(domain: Domain): string;
}

interface PolicyOption {
  /** As commander reads it, such as `--text <text>`. */
  readonly flags: `--${string}`;
  readonly help: string;
}

export type Texts = Readonly<Record<string, string>>;

type Columns = Readonly<Record<string, string | number | null>>;

/** What decides whether a policy may be as it is wanted. */
interface Question {
  readonly viewer: Viewer;
  /** The domain as it is now. */
  readonly row: DomainRow;
  readonly facts: PolicyFacts;
}

export interface PolicyFacts {
  readonly outgoingControl: boolean;
  /** The addresses of this installation. */
  readonly ownAddresses: readonly string[];
}
